/** Joins the two halves of the package once: the client and the stream reader learn of the wasm. */
import { connect } from "./client/core.js";
import { setup } from "./stream/index.js";
import { core } from "./workers_ai_wasm.js";

export { WorkersAI } from "./client/index.js";
export { isWorkersAIError, WorkersAIError } from "./error.js";
export { events } from "./stream/index.js";

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
  setup(exports);
  connect(core);
  installed = true;
}
