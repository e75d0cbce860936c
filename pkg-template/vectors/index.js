// The vector index as callers hold it.

import { named } from "../core.js";
import { wasmFrom } from "./wasm.js";

/**
 * The class over a wasm. A call and not a class of its own, so that a bundler sees that what makes it has no other effect.
 *
 * @param {() => WebAssembly.Module | BufferSource} source
 */
export function vectorIndexOver(source) {
  class VectorIndex {
    constructor() {
      wasmFrom(source);
    }
  }
  named({ VectorIndex });
  return VectorIndex;
}
