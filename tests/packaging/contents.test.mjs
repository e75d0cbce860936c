/** The tarball as a file: what is in it, and what the judges of packages say. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const { TEST_INSTALLED: installed, TEST_TARBALL: tarball } = process.env;
const manifest = JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8"));
const files = readdirSync(installed, { recursive: true })
  .filter((file) => statSync(path.join(installed, file)).isFile())
  .map((file) => file.split(path.sep).join("/"))
  .sort();

/** Every file that the manifest promises. */
function targetsOf(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(targetsOf);
}

test("the package holds what it needs at its top, and nothing else there", () => {
  const top = files.filter((file) => !file.startsWith("dist/"));
  assert.deepEqual(top, ["CHANGELOG.md", "ERRORS.md", "LICENSE", "MODELS.md", "README.md", "package.json"]);
});

test("only the kinds of files that a user can use are packed", () => {
  const isUsable = (file) => /\.(?:js|cjs|d\.ts|d\.cts|wasm|map)$/.test(file);
  // Source maps of bundled libraries lead to their own sources.
  const isSource = (file) => /^dist\/src\/node_modules\/.*\.ts$/.test(file);
  const strange = files.filter((file) => file.startsWith("dist/") && !isUsable(file) && !isSource(file));
  assert.deepEqual(strange, []);
});

test("every file that the manifest names is there", () => {
  const named = targetsOf([manifest.exports, manifest.main, manifest.module, manifest.types, manifest.bin]);
  assert.ok(named.length > 10);
  for (const target of named) assert.ok(files.includes(target.replace(/^\.\//, "")), target);
});

test("the entries that start the wasm are kept by bundlers", () => {
  const starting = ["index.js", "index.cjs", "workerd.js"];
  const others = ["ai-sdk-inlined.js", "ai-sdk-inlined.cjs", "ai-sdk-workerd.js"];
  for (const entry of [...starting, ...others])
    assert.ok(manifest.sideEffects.includes(`./dist/${entry}`), entry);
});

test("the package needs no other package", () => {
  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) {
    assert.deepEqual(manifest[kind] ?? {}, {}, kind);
  }
});

test("who publishes it, from where, and what it is found by", () => {
  const { repository, homepage, bugs, author, keywords, publishConfig } = manifest;
  for (const text of [homepage, bugs.url, repository.url]) assert.match(text, /^(?:git\+)?https:\/\/\S+$/);
  assert.ok(author.length > 0);
  for (const word of ["cloudflare", "workers-ai", "llm", "embeddings", "streaming", "openai"])
    assert.ok(keywords.includes(word), word);
  assert.equal(publishConfig.provenance, true);
});

test("nothing runs when the package is installed", () => {
  assert.deepEqual(Object.keys(manifest.scripts ?? {}), []);
});

test("slim's files hold no wasm", () => {
  const read = (file) => readFileSync(path.join(installed, "dist", file), "utf8");
  const ofWasm = (text) => text.match(/"[A-Za-z0-9+/=]{10000,}"/g) ?? [];
  const [inlined] = ofWasm(read("index.js"));
  assert.ok(inlined);
  assert.deepEqual(ofWasm(read("index.cjs")), [inlined]);
  for (const file of [
    "core.js",
    "core.cjs",
    "slim.js",
    "slim.cjs",
    "workerd.js",
    "tasks.js",
    "objects.js",
    "openai.js",
    "ai-sdk.js",
    "vectors.js",
  ])
    assert.deepEqual(ofWasm(read(file)), [], file);
  assert.doesNotMatch(read("slim.js"), /index\.js|workerd\.js/);
});

test("no file names the machine that built it", () => {
  const home = new RegExp(["/root/", "/home/\\w+/", "/Users/\\w+/", "\\.cargo/", "index\\.crates"].join("|"));
  for (const file of files) {
    const found = home.exec(readFileSync(path.join(installed, file), "latin1"))?.[0];
    assert.equal(found, undefined, file);
  }
});

test("publint finds nothing", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("the types resolve in every mode of TypeScript", async () => {
  const { problems } = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
    {
      // Modules for bundlers and workerd only.
      excludeEntrypoints: ["./wasm", "./wasm/tasks", "./wasm/objects", "./wasm/openai", "./wasm/vectors"],
    },
  );
  // The subpaths are for resolvers that know `exports`; the oldest one gets the main entry.
  const real = problems.filter(
    ({ entrypoint, resolutionKind }) => entrypoint === "." || resolutionKind !== "node10",
  );
  assert.deepEqual(
    real.filter(
      ({ kind, entrypoint }) => !(["./local", "./proxy"].includes(entrypoint) && kind === "CJSResolvesToESM"),
    ),
    [],
  );
});
