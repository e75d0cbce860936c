/** The suites in a page; results go to the function that the test's driver put into the page. */
import * as lib from "workers-ai-wasm";
import * as aiSdk from "workers-ai-wasm/ai-sdk";
import { runSuite } from "../suite/run.mjs";

const settings = await (await fetch("/settings.json")).json();
await runSuite(lib, settings, { aiSdk }, (line) => globalThis.reportLine(JSON.stringify(line)));
