/** Programs of other SDKs in a page; results go to the function that the test's driver put into the page. */
import * as lib from "workers-ai-wasm";
import * as openai from "workers-ai-wasm/openai";
import { runSDKs } from "../sdks/run.mjs";

const settings = await (await fetch("/settings.json")).json();
await runSDKs(lib, openai, settings, {}, (line) => globalThis.reportLine(JSON.stringify(line)));
