// The suite of traps, in Node; the stages of workerd and Chromium run it as well.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { doctored } from "../../traps/doctored.mjs";
import "../../traps/arm.mjs";
import * as slim from "workers-ai-wasm/slim";
import { runTrapSuite } from "../../traps/suite.mjs";

const require = createRequire(import.meta.url);
const moduleOf = (name) => doctored(readFileSync(require.resolve(`workers-ai-wasm/${name}`)));

slim.initSync(moduleOf("wasm"), {
  tasks: moduleOf("wasm/tasks"),
  objects: moduleOf("wasm/objects"),
  openai: moduleOf("wasm/openai"),
  vectors: moduleOf("wasm/vectors"),
});
const lines = [];
await runTrapSuite(slim, "node", (line) => lines.push(line));
for (const line of lines) {
  if (line.test !== undefined) test(line.test, () => assert.ok(line.ok, line.error));
}
