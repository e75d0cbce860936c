/** Joins the two halves of the package once: the wasm learns of the JavaScript classes, the stream reader of the wasm. */
import { byteStream } from "./body.js";
import { isWorkersAIError, WorkersAIError } from "./error.js";
import { AIStream, events, setup } from "./stream/index.js";
import * as glue from "./workers_ai_wasm.js";

export { events, isWorkersAIError, WorkersAIError };
export const { WorkersAI } = glue;

let installed = false;

/** @returns {boolean} whether the wasm is in place, by whichever entry */
export function isInstalled() {
  return installed;
}

/**
 * Every entry calls this with what the glue's `initSync` gave; more than once is harmless.
 *
 * @param {WebAssembly.Exports} exports
 */
export function install(exports) {
  if (installed) return;
  setup(exports, glue);
  glue.install({
    error: (fields) => new WorkersAIError(fields),
    stream: (source) => new AIStream(source),
    bytes: byteStream,
  });
  installed = true;
}
