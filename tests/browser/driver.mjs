/** The suites in a page; results go to the function that the test's driver put into the page. */
import * as lib from "workers-ai-wasm";
import { runSuite } from "../suite/run.mjs";

const settings = await (await fetch("/settings.json")).json();
await runSuite(lib, settings, {}, (line) => globalThis.reportLine(JSON.stringify(line)));
