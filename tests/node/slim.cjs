/** The entry without wasm in Node and Bun, required; the wasm as a module. */
const { readFileSync } = require("node:fs");
const slim = require("workers-ai-wasm/slim");

const { runtime } = JSON.parse(process.argv[2]);
const wasm = new WebAssembly.Module(readFileSync(require.resolve("workers-ai-wasm/wasm")));
import("../suite/slim.mjs").then(({ runSlimSuite }) =>
  runSlimSuite(slim, wasm, runtime, (line) => console.log(JSON.stringify(line))),
);
