/** The matrix in a page; lines go to the function that the stage put into it. */
import * as lib from "workers-ai-wasm";
import { runMatrix } from "./matrix.mjs";

const settings = await (await fetch("/settings.json")).json();
const onUnhandled = (listener) => addEventListener("unhandledrejection", (event) => listener(event.reason));
await runMatrix({ lib, onUnhandled, pageOnly: true, ...settings, front: "" }, (line) =>
  globalThis.reportLine(JSON.stringify(line)),
);
