/** A worker: makes a module and its glue small. */
import { parentPort, workerData } from "node:worker_threads";
import { shrink } from "./shrink.mjs";

const { wasm, glue } = workerData;
parentPort.postMessage({ wasm: shrink(wasm, glue), glue });
