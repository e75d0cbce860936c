// Media as an array of numbers, for the models that know no other form.

import { wasm } from "../tasks/ask.js";
import { PIECE, write } from "./scratch.js";

/** Media as a JSON array of numbers, in pieces; see body.js. */
export const numbersForm = {
  size: PIECE / 2,
  begin: "[",
  end: "]",
  /** Behind each number comes a comma; the last one is left out. */
  trim: 1,
  lengthOf(bytes) {
    let length = bytes.length === 0 ? 2 : 1;
    for (let at = 0; at < bytes.length; at += PIECE) {
      const piece = bytes.subarray(at, at + PIECE);
      write(piece);
      length += wasm.exports.numbers_length(piece.length);
    }
    return length;
  },
  encode(piece) {
    write(piece);
    return wasm.exports.numbers_encode(piece.length);
  },
};

/**
 * Bytes as an array of JavaScript's own, for the binding. A loop: spreading them, or `Array.from`, takes six times as long.
 *
 * @param {Uint8Array} bytes
 * @returns {number[]}
 */
export function toNumbers(bytes) {
  const { length } = bytes;
  const numbers = new Array(length);
  for (let at = 0; at < length; at++) numbers[at] = bytes[at];
  return numbers;
}
