/** The suites in Node, Deno and Bun, package imported. Settings are JSON in the first argument. */
import process from "node:process";
import * as lib from "workers-ai-wasm";
import * as aiSdk from "workers-ai-wasm/ai-sdk";
import { runSuite } from "../suite/run.mjs";

const settings = JSON.parse(process.argv[2]);
await runSuite(lib, settings, { aiSdk, environment: process.env }, (line) =>
  console.log(JSON.stringify(line)),
);
