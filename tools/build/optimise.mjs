/** A worker thread that shrinks a module and its glue. */
import { parentPort, workerData } from "node:worker_threads";
import { shortenImports } from "./short-imports.mjs";
import { shrink } from "./shrink.mjs";

const { wasm, glue } = workerData;
parentPort.postMessage(shortenImports(shrink(wasm, glue), glue));
