// Embeddings: the numbers of a reply as one Float32Array, bit for bit what `Float32Array.from(JSON.parse(…))` would give.

import { wasm } from "../tasks/ask.js";
import { Reader } from "./reader.js";
import { readExact, taken } from "./scratch.js";

/**
 * Reads the numbers of the members `data`, `response` and `embedding`, rows after rows. In the JSON that `finish` gives, each array
 * that had numbers has one, how many they were: `{"data":[[3],[3]]}` for two rows of three. So rows of unequal length are seen.
 */
export class FloatsReader extends Reader {
  #pieces = [];
  #length = 0;

  constructor() {
    super(wasm.exports.floats_open());
  }

  /** How many numbers have been read. */
  get length() {
    return this.#length;
  }

  take(given) {
    const floats = new Float32Array(taken(given).buffer);
    readExact(floats);
    this.#pieces.push(floats);
    this.#length += floats.length;
  }

  /** All numbers, in one array. */
  floats() {
    if (this.#pieces.length === 1) return this.#pieces[0];
    const all = new Float32Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [all];
    return all;
  }
}

/**
 * The same for a reply that is there.
 *
 * @param {Uint8Array} bytes JSON
 * @returns {{ floats: Float32Array, rest: string }}
 */
export function readFloats(bytes) {
  const reader = new FloatsReader();
  reader.push(bytes);
  const rest = reader.finish();
  return { floats: reader.floats(), rest };
}
