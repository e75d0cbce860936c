/** The suites in Node and Bun, package required. */
const lib = require("workers-ai-wasm");
const aiSdk = require("workers-ai-wasm/ai-sdk");

const settings = JSON.parse(process.argv[2]);
import("../suite/run.mjs").then(({ runSuite }) =>
  runSuite(lib, settings, { aiSdk, environment: process.env }, (line) => console.log(JSON.stringify(line))),
);
