/** The entry without wasm in Node and Bun, required; the wasm as a module. */
const { readFileSync } = require("node:fs");
const slim = require("workers-ai-wasm/slim");

const { runtime } = JSON.parse(process.argv[2]);
const moduleOf = (file) => new WebAssembly.Module(readFileSync(file));
const wasm = moduleOf(require.resolve("workers-ai-wasm/wasm"));
const openai = moduleOf(require.resolve("workers-ai-wasm/wasm/openai"));
import("../suite/slim.mjs").then(({ runSlimSuite }) =>
  runSlimSuite(slim, wasm, openai, runtime, (line) => console.log(JSON.stringify(line))),
);
