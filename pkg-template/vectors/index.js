// The vector index as callers have it: the wasm's own class, compiled with the first index, and safe to use once it was freed or lost.

import { failure, GuardedModule, named } from "../core.js";
import * as glue from "../workers_ai_vectors.js";

let guard = null;

/** @param {() => WebAssembly.Module | BufferSource} source */
function start(source) {
  if (guard !== null) return;
  const starting = new GuardedModule(glue);
  starting.start(source());
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
      this.#made().add(rows, ids);
    }

    search(query, k) {
      return this.#made().search(query, k);
    }

    remove(ids) {
      this.#made().remove(ids);
    }

    serialize() {
      return this.#made().serialize();
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

    /** Its methods throw by themselves where their instance was lost. */
    #made() {
      if (this.#index !== null) return this.#index;
      throw failure("INVALID_INPUT", "The index has been freed. Make a new one.");
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
