// The public `VectorIndex` class. Its wasm is compiled for the first index.

import { GuardedModule, named, refusal, shownAs } from "../core.js";
import {
  __wbg_reset_state,
  VectorIndex as Generated,
  initSync,
  instantiateWith,
} from "../workers_ai_vectors.js";

let started = false;

/** @param {() => WebAssembly.Module | BufferSource} source */
function start(source) {
  if (!started) new GuardedModule({ initSync, __wbg_reset_state, instantiateWith }).start(source());
  started = true;
}

/** The number of arguments of each method: the glue would ignore further ones silently. */
const CALLS = {
  add: [2, "add(rows, { ids, metadata })"],
  search: [2, "search(query, k), which knows no filter: leave out of its matches what does not fit"],
  remove: [1, 'remove(["a", "b"])'],
};

/** Hides the pointer from logs. */
const hidden = (index) => Object.defineProperty(index, "__wbg_ptr", { enumerable: false });

/**
 * Creates the class for a wasm. A function instead of a class declaration, so that bundlers detect that it
 * has no side effects.
 *
 * @param {() => WebAssembly.Module | BufferSource} source
 */
export function vectorIndexOver(source) {
  class VectorIndex extends Generated {
    constructor(options) {
      start(source);
      hidden(super(options));
    }

    static deserialize(bytes) {
      start(source);
      return hidden(Object.setPrototypeOf(Generated.deserialize(bytes), VectorIndex.prototype));
    }

    static {
      for (const [name, [most, form]] of Object.entries(CALLS)) {
        const method = Generated.prototype[name];
        const own = {
          [name](...args) {
            if (args.length > most && args.slice(most).some((more) => more !== undefined))
              throw refusal(
                "arguments",
                `${name} takes ${most === 1 ? "one argument" : `${most} arguments`}: ${form}.`,
              );
            return method.apply(this, args);
          },
        };
        Object.defineProperty(VectorIndex.prototype, name, {
          value: own[name],
          writable: true,
          configurable: true,
        });
      }
    }

    /**
     * Frees the index memory now; the object itself is garbage-collected. Does nothing if the instance is
     * lost.
     */
    free() {
      try {
        this.close();
      } catch {}
    }
  }
  // A symbol of our own where the runtime has none.
  Object.defineProperty(VectorIndex.prototype, Symbol.dispose ?? Symbol.for("Symbol.dispose"), {
    value: VectorIndex.prototype.free,
    writable: true,
    configurable: true,
  });
  shownAs(VectorIndex.prototype, function () {
    return `VectorIndex { size: ${this.size}, dimensions: ${this.dimensions}, metric: "${this.metric}" }`;
  });
  named({ VectorIndex });
  return VectorIndex;
}
