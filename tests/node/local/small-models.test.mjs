// Finding and fetching the small models, without any network.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createLocalAI } from "../../../pkg-template/local/index.js";
import { CommandError, firstThatRuns, run } from "../../../pkg-template/local/small-models/command.js";
import { checkPackages } from "../../../pkg-template/local/small-models/fetch.js";
import { modelsFolder } from "../../../pkg-template/local/small-models/folder.js";
import { findInstalled } from "../../../pkg-template/local/small-models/installed.js";
import { INTEGRITY, llamaPackages } from "../../../pkg-template/local/small-models/packages.js";
import { withProgress } from "../../../pkg-template/local/small-models/progress.js";

test("an empty folder has no language model, and asking for it by name says so", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "small-models-"));
  t.after(() => rm(folder, { recursive: true }));
  assert.equal(findInstalled({ folder }).text, null);
  const ai = createLocalAI({ engine: "small-models", smallModels: { folder }, env: {}, onError: () => {} });
  await assert.rejects(ai.run("@cf/meta/llama-3.2-1b-instruct", { prompt: "x" }), { message: /^500: / });
});

test("the folder is the user's cache unless the environment names one", () => {
  assert.equal(modelsFolder({ WORKERS_AI_LOCAL_MODELS: "/models" }), "/models");
  assert.equal(modelsFolder({ XDG_CACHE_HOME: "/cache" }), join("/cache", "workers-ai-wasm", "models"));
});

test("packages are those of the platform, the runtime and its prebuilt library at one version", () => {
  const [library, prebuilt] = llamaPackages("linux", "x64");
  assert.match(prebuilt, /^@node-llama-cpp\/linux-x64@/);
  assert.equal(prebuilt.split("@").at(-1), library.split("@").at(-1));
  assert.equal(llamaPackages("plan9", "x64"), null);
});

test("a program that fails is told with its own complaint, one that isn't there with its name", async () => {
  const script = 'console.error("noise\\nERROR: no such thing\\nmore"); process.exit(3)';
  await assert.rejects(
    run(process.execPath, ["-e", script], { name: "fetching" }),
    new CommandError("fetching failed: ERROR: no such thing"),
  );
  await assert.rejects(run("no-such-program-here", []), CommandError);
  const found = await firstThatRuns([["no-such-program-here"], [process.execPath]], ["--version"]);
  assert.deepEqual(found, [process.execPath]);
});

test("progress is one line where there is no terminal, a bar that ends full where there is one", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "progress-"));
  t.after(() => rm(folder, { recursive: true }));
  const written = async (isTTY) => {
    const lines = [];
    const out = { isTTY, write: (text) => lines.push(text) };
    assert.equal(
      await withProgress({ label: "Fetching", folder, total: 5e6, out }, async () => "done"),
      "done",
    );
    return lines.join("");
  };
  assert.equal(await written(false), "Fetching (about 5 MB)\n");
  assert.match(await written(true), /█{28} 5 of 5 MB \n$/);
});

test("a package with another hash than the one that was tried is removed", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "hashes-"));
  t.after(() => rm(folder, { recursive: true }));
  const [requirement] = llamaPackages("linux", "x64");
  const place = join(folder, "node_modules", "node-llama-cpp");
  await mkdir(place, { recursive: true });
  const lock = (integrity) =>
    writeFile(
      join(folder, "node_modules", ".package-lock.json"),
      JSON.stringify({ packages: { "node_modules/node-llama-cpp": { integrity } } }),
    );
  await lock(INTEGRITY["node-llama-cpp"]);
  await checkPackages([requirement], folder);
  assert.ok(existsSync(place));
  await lock("sha512-AAAA");
  await assert.rejects(checkPackages([requirement], folder), CommandError);
  assert.ok(!existsSync(place));
});
