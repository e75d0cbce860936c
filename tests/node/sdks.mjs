/** Programs of other SDKs in Node. Settings are JSON in the first argument. */
import process from "node:process";
import * as lib from "workers-ai-wasm";
import * as openai from "workers-ai-wasm/openai";
import { runSDKs } from "../sdks/run.mjs";

const settings = JSON.parse(process.argv[2]);
await runSDKs(lib, openai, settings, {}, (line) => console.log(JSON.stringify(line)));
