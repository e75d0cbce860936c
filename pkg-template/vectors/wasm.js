// The wasm of the vector index, which is compiled when the first index is made.

import { GuardedModule } from "../core.js";
import { __wbg_reset_state, initSync, instantiateWith } from "../workers_ai_vectors.js";

let wasm = null;

/**
 * The exports of the wasm.
 *
 * @param {() => WebAssembly.Module | BufferSource} source where it comes from, if it is not there yet
 */
export function wasmFrom(source) {
  if (wasm === null) {
    const next = new GuardedModule({ initSync, __wbg_reset_state, instantiateWith });
    next.start(source());
    wasm = next;
  }
  return wasm.exports;
}
