/** Programs for LlamaIndex in Node. Settings are JSON in the first argument. */
import process from "node:process";
import * as lib from "workers-ai-wasm";
import * as openai from "workers-ai-wasm/openai";
import "../sdks/llamaindex.mjs";
import { doorsOf } from "../suite/doors.mjs";
import { run } from "../suite/harness.mjs";

const context = { lib, ...openai, ...JSON.parse(process.argv[2]) };
await run({ ...context, doors: doorsOf(context) }, (line) => console.log(JSON.stringify(line)));
