// The wasm instance behind a module's glue, and its replacement. After a trap, which only a bug or exhausted
// memory causes, the memory may be inconsistent, so the instance is replaced. Its pending calls are rejected,
// and owners of objects in it are notified.

import { failure } from "./client/failure.js";

/**
 * Exports that promises, timers and finalizers call, where no code catches an exception: in Node it would end
 * the process. A double free, or one in a lost instance, is ignored as well.
 */
const SILENT = /^wasm_bindgen__convert__closures|^__wbindgen_destroy_closure$|_(?:free|close)$/;

/**
 * The result of a silent export of a lost instance: the glue of a closure reads an error from it, and finds
 * none.
 */
const NOTHING = Object.freeze([]);

/** A new error for each call, since streams add their partial result to it. */
const lost = (cause) =>
  failure(
    "INTERNAL",
    "workers-ai-wasm has failed inside: this call is lost, and so are streams and indexes that were open. Make them again, and report it.",
    { cause },
  );

/**
 * One module's instance. All calls into the wasm pass through it: the glue's, those of closures, and
 * `exports`.
 */
export class GuardedModule {
  /** The exports of the current instance. Those of a lost one throw the error of its loss. */
  exports;
  /** Number of lost instances. */
  generation = 0;

  #glue;
  /** The current instance: `{ loss }`, undefined until it is lost. */
  #instance;
  /**
   * Depth of nested calls. The instance is replaced when the outermost call returns, so that two instances
   * never run at the same time.
   */
  #depth = 0;
  #waiting = new Set();
  /** The exception that trapped the last lost instance. */
  #cause;
  #listeners = new Set();

  /**
   * @param glue the module's `initSync`, `__wbg_reset_state`, and `instantiateWith`, which the build adds to
   *   it (tools/build/glue.mjs)
   */
  constructor(glue) {
    this.#glue = glue;
  }

  /** @param {WebAssembly.Module | BufferSource} module */
  start(module) {
    this.#glue.instantiateWith(
      (compiled, imports) => this.#instantiate(compiled, imports),
      () => this.lossError(),
    );
    this.#glue.initSync({ module });
  }

  /** The error of the last loss. */
  lossError() {
    return lost(this.#cause);
  }

  /** Marks the instance as lost, because one that it depends on is. */
  lose(cause) {
    if (this.#instance === undefined) return;
    this.#instance.loss ??= { cause };
    if (this.#depth === 0) this.#replace(cause);
  }

  /** Calls back with the error once the instance has been replaced. */
  onLoss(listener) {
    this.#listeners.add(listener);
  }

  /** Wraps a promise of the wasm, which would never settle after a loss: it is rejected then. */
  settled(promise) {
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject);
      const settle = (how) => (value) => {
        this.#waiting.delete(reject);
        how(value);
      };
      promise.then(settle(resolve), settle(reject));
    });
  }

  #instantiate(module, imports) {
    const { exports } = new WebAssembly.Instance(module, imports);
    const instance = (this.#instance = { loss: undefined });
    this.exports = {};
    for (const [name, value] of Object.entries(exports)) {
      this.exports[name] =
        typeof value === "function" ? this.#guarded(instance, value, SILENT.test(name)) : value;
    }
    return { exports: this.exports };
  }

  #guarded(instance, call, silent) {
    return (...args) => {
      if (instance.loss !== undefined) {
        if (silent) return NOTHING;
        throw lost(instance.loss.cause);
      }
      let result;
      this.#depth++;
      try {
        result = call(...args);
      } catch (cause) {
        instance.loss ??= { cause };
      }
      this.#depth--;
      if (instance.loss === undefined) return result;
      if (this.#depth === 0) this.#replace(instance.loss.cause);
      // A nested call throws to its caller. The result of a call is discarded if a call inside it trapped.
      if (!silent || this.#depth > 0) throw lost(instance.loss.cause);
      return NOTHING;
    };
  }

  #replace(cause) {
    this.#cause = cause;
    this.generation++;
    this.#glue.__wbg_reset_state();
    for (const reject of this.#waiting) reject(lost(cause));
    this.#waiting.clear();
    for (const listener of this.#listeners) listener(lost(cause));
  }
}
