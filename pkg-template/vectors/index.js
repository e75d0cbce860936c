// The vector index as callers have it: the wasm's own class, compiled with the first index, and safe to use once it was freed or lost.

import { failure, GuardedModule, named } from "../core.js";
import * as glue from "../workers_ai_vectors.js";

let guard = null;
/** Why the instance was lost, the last time. */
let loss;

/** @param {() => WebAssembly.Module | BufferSource} source */
function start(source) {
  if (guard !== null) return;
  const starting = new GuardedModule(glue);
  starting.start(source());
  starting.onLoss((error) => {
    loss = error;
  });
  guard = starting;
}

/**
 * The class over a wasm. A call and not a class of its own, so that a bundler sees that what makes it has no other effect.
 *
 * @param {() => WebAssembly.Module | BufferSource} source
 */
export function vectorIndexOver(source) {
  class VectorIndex {
    #index;
    #generation;
    #dimensions;
    #metric;

    constructor(options) {
      start(source);
      this.#index = options instanceof glue.VectorIndex ? options : new glue.VectorIndex(options);
      this.#generation = guard.generation;
      this.#dimensions = this.#index.dimensions;
      this.#metric = this.#index.metric;
    }

    get size() {
      return this.#isAlive ? this.#index.size : 0;
    }

    get dimensions() {
      return this.#dimensions;
    }

    get metric() {
      return this.#metric;
    }

    add(rows, ids) {
      this.#alive().add(rows, ids);
    }

    search(query, k) {
      return this.#alive().search(query, k);
    }

    remove(ids) {
      this.#alive().remove(ids);
    }

    serialize() {
      return this.#alive().serialize();
    }

    static deserialize(bytes) {
      start(source);
      return new VectorIndex(glue.VectorIndex.deserialize(bytes));
    }

    free() {
      if (this.#isAlive) this.#index.free();
      this.#index = null;
    }

    get #isAlive() {
      return this.#index !== null && this.#generation === guard.generation;
    }

    #alive() {
      if (this.#isAlive) return this.#index;
      throw this.#index === null
        ? failure("INVALID_INPUT", "The index has been freed. Make a new one.")
        : loss;
    }
  }
  // A name of its own where the runtime has none yet.
  Object.defineProperty(VectorIndex.prototype, Symbol.dispose ?? Symbol.for("Symbol.dispose"), {
    value: VectorIndex.prototype.free,
    writable: true,
    configurable: true,
  });
  named({ VectorIndex });
  return VectorIndex;
}
