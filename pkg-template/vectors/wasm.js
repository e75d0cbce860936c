// The wasm of the vector index, which is compiled when the first index is made.

import { instantiate } from "../core.js";

let exports = null;

/**
 * The exports of the wasm.
 *
 * @param {() => WebAssembly.Module | BufferSource} source where it comes from, if it is not there yet
 */
export function wasmFrom(source) {
  if (exports === null) {
    instantiate(source(), (wasm) => {
      exports = wasm;
    });
  }
  return exports;
}
