/** The matrix in Node, Deno and Bun. Settings are JSON in the first argument. */
import process from "node:process";
import { inspect } from "node:util";
import * as lib from "workers-ai-wasm";
import { runMatrix } from "./matrix.mjs";

const settings = JSON.parse(process.argv[2]);
const onUnhandled = (listener) => process.on("unhandledRejection", listener);
await runMatrix({ lib, inspect, onUnhandled, ...settings }, (line) => console.log(JSON.stringify(line)));
