import { parentPort, workerData } from "node:worker_threads";
import { convert } from "../markdown/convert.js";

parentPort.postMessage(await convert(workerData.file, workerData.options));
