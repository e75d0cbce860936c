// The wasm of the vector index, which is compiled when the first index is made.

import { Guard } from "../core.js";
import { __wbg_reset_state, initSync, instantiateWith } from "../workers_ai_vectors.js";

let guard = null;

/**
 * The exports of the wasm.
 *
 * @param {() => WebAssembly.Module | BufferSource} source where it comes from, if it is not there yet
 */
export function wasmFrom(source) {
  if (guard === null) {
    const next = new Guard({ initSync, __wbg_reset_state, instantiateWith });
    next.start(source());
    guard = next;
  }
  return guard.exports;
}
