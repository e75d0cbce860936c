// The instance behind a module's glue, and the next one when it is lost. Where the wasm traps, which only a bug or the end of memory brings
// about, that memory is not to be trusted any more: another instance takes its place. The calls that wait are rejected, and who holds something
// that lives in the old one is told.

import { failure } from "./client/failure.js";

/**
 * Exports that promises, timers and finalizers call, where nobody catches what they throw: in Node that would end the process. What is
 * freed twice, or in an instance that is gone, needs nobody's attention either.
 */
const SILENT = /^wasm_bindgen__convert__closures|^__wbindgen_destroy_closure$|_(?:free|close)$/;

/** What a silent export of a lost instance returns: the glue of a closure looks in it for an error, and finds none. */
const NOTHING = Object.freeze([]);

/** Each call's own: what a stream had got is put into its error. */
const lost = (cause) =>
  failure(
    "INTERNAL",
    "workers-ai-wasm has failed inside: this call is lost, and so are streams and indexes that were open. Make them again, and report it.",
    { cause },
  );

/** One module's instance. All ways into the wasm lead through it: the glue's, those of closures, and `exports`. */
export class GuardedModule {
  /** The exports of the instance that lives. Those of a lost one throw the error of its loss. */
  exports;
  /** How many instances were lost. */
  generation = 0;

  #glue;
  /** The instance that lives: `{ loss }`, undefined until it is lost. */
  #instance;
  /** Calls that are open, one inside another. The instance is replaced when the outermost is left: nothing of it runs beside the next one. */
  #depth = 0;
  #waiting = new Set();
  /** What made the last instance trap that was lost. */
  #cause;
  #listeners = new Set();

  /** @param glue the module's `initSync`, `__wbg_reset_state`, and `instantiateWith`, which the build adds to it (tools/build/glue.mjs) */
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

  /** An error that says that an instance was lost: the last of them. */
  lossError() {
    return lost(this.#cause);
  }

  /** Gives the instance up: what it stands on is lost. */
  lose(cause) {
    if (this.#instance === undefined) return;
    this.#instance.loss ??= { cause };
    if (this.#depth === 0) this.#replace(cause);
  }

  /** Calls back with the error, once the next instance is there. */
  onLoss(listener) {
    this.#listeners.add(listener);
  }

  /** A promise of the wasm's, which would never settle when its instance is lost: then it is rejected. */
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
      // Inside another call somebody catches it. What a call returns is lost as well when one inside it was.
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
