/** The package beside the client: what is in it, and both ways, with it and without. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

const { TEST_INSTALLED: client, TEST_LOCAL_INSTALLED: installed, TEST_LOCAL_TARBALL: tarball } = process.env;
const json = (file) => JSON.parse(readFileSync(file, "utf8"));
const manifest = json(path.join(installed, "package.json"));
const root = new URL("../../", import.meta.url);

/** Runs node; the outcome whatever it is. */
async function node(args, cwd) {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, args, { cwd })) };
  } catch ({ code, stdout, stderr }) {
    return { code, stdout, stderr };
  }
}

test("what it needs is pinned, and the same that the repository tests with", () => {
  const { devDependencies } = json(new URL("package.json", root));
  for (const [name, version] of Object.entries(manifest.dependencies)) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
    assert.equal(devDependencies[name], version, name);
  }
  assert.equal(manifest.version, json(path.join(client, "package.json")).version);
});

test("it imports nothing that it does not name", () => {
  const named = new Set([...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)]);
  const files = readdirSync(path.join(installed, "dist"), { recursive: true }).filter(
    (name) => name.endsWith(".js") && !name.startsWith("www"),
  );
  assert.ok(files.length > 100);
  const imports = files.flatMap((file) =>
    [
      ...readFileSync(path.join(installed, "dist", file), "utf8").matchAll(
        /(?:from|import\()\s*"([^".][^"]*)"/g,
      ),
    ].map(([, name]) => name),
  );
  const strange = imports
    .filter((name) => !name.startsWith("node:"))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    )
    .filter((name) => !named.has(name));
  assert.deepEqual([...new Set(strange)], []);
});

test("nothing of it reaches outside of the package, or names the machine that built it", () => {
  for (const file of readdirSync(path.join(installed, "dist"), { recursive: true }).filter((name) =>
    /\.c?js$/.test(name),
  )) {
    const text = readFileSync(path.join(installed, "dist", file), "utf8");
    assert.doesNotMatch(text, /src\/catalog|\/root\/|\/home\/\w+\//, file);
  }
});

test("publint finds nothing", async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test("the types resolve", async () => {
  const { problems } = await checkPackage(
    createPackageFromTarballData(new Uint8Array(readFileSync(tarball))),
    {
      excludeEntrypoints: ["./cli"],
    },
  );
  assert.deepEqual(
    problems.filter(({ entrypoint }) => entrypoint === "."),
    [],
  );
});

test("by require too", async () => {
  const program = `
    const { createLocalAI, mockAI, serveLocalAI } = require(${JSON.stringify(path.join(installed, "dist", "index.cjs"))});
    (async () => {
      const chat = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
      const said = await mockAI("Hello!").run(chat, { prompt: "Hi" });
      const server = await serveLocalAI({ engine: "stand-in", env: {} });
      const file = { name: "a.html", blob: new Blob(["<h1>A</h1>"]) };
      const { data } = await createLocalAI({ engine: "stand-in", env: {} }).toMarkdown(file);
      await server.close();
      console.log(said.response, data, typeof server.port);
    })();`;
  assert.equal((await node(["-e", program], path.dirname(installed))).stdout, "Hello! # A number\n");
});

test("with it, the client's entry and program are its own", async () => {
  const program = `
    import * as through from "workers-ai-wasm/local";
    import * as itself from "workers-ai-local";
    const same = Object.keys(itself).filter((name) => through[name] !== itself[name]);
    console.log(JSON.stringify(same));`;
  const cwd = path.dirname(path.dirname(client));
  const { stdout, stderr } = await node(["--input-type=module", "-e", program], cwd);
  assert.equal(stdout, "[]\n", stderr);
  const help = await node([path.join(client, "dist", "bin.js"), "--help"], cwd);
  assert.equal(help.code, 0, help.stderr);
  assert.match(help.stdout, /^Usage: workers-ai-wasm/);
});

test("without it, the client says what to install", async () => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "client-alone-")));
  try {
    const place = path.join(folder, "node_modules", "workers-ai-wasm");
    await mkdir(path.dirname(place));
    await cp(client, place, { recursive: true });
    await writeFile(
      path.join(folder, "a.mjs"),
      'await import("workers-ai-wasm/local").catch(({ code, message }) => console.log(code, message));\n' +
        'await import("workers-ai-wasm").then(({ WorkersAI }) => console.log(typeof WorkersAI));\n',
    );
    const { stdout, stderr } = await node(["a.mjs"], folder);
    assert.equal(
      stdout,
      "CONFIG workers-ai-wasm/local is the package workers-ai-local, which is not installed here: npm install --save-dev workers-ai-local\nfunction\n",
      stderr,
    );
    const bin = path.join(place, "dist", "bin.js");
    const refused = await node([bin, "local", "--port", "0"], folder);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /npx workers-ai-local local --port 0\n/);
    const { stdout: version } = await node([bin, "--version"], folder);
    assert.equal(version, `${manifest.version}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
