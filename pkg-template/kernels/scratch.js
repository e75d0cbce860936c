// The place in wasm memory through which the kernels' bytes go: a piece is written, a call is made, what came of it is copied out.
// No view of that memory leaves this folder: it is overwritten by the next call, whoever makes it, and detached when memory grows.

import { wasm } from "../tasks/ask.js";

/** Most bytes that are written at once. The same number stands in src/kernel/scratch.rs. */
export const PIECE = 65536;
/** Room in front of a piece, from which the places of numbers count; see src/kernel/scratch.rs. */
const CARRY = 1024;
/** Words for each number that is read here. */
const EXACT_WORDS = 3;

/** The wasm whose scratch it is. */
let owner = null;
let memory = new Uint8Array(0);
let words = new Uint32Array(0);
let input = 0;
let output = 0;
let told = 0;
let exact = 0;

/** The memory, as it is after the last call. */
function view() {
  if (memory.length === 0 || owner !== wasm.exports) {
    if (owner !== wasm.exports) {
      // The first call makes the scratch; it does not move any more.
      input = wasm.exports.kernel_input();
      output = wasm.exports.kernel_output();
      told = wasm.exports.kernel_told() >>> 2;
      exact = wasm.exports.kernel_exact() >>> 2;
      owner = wasm.exports;
    }
    memory = new Uint8Array(wasm.exports.memory.buffer);
    words = new Uint32Array(wasm.exports.memory.buffer);
  }
  return memory;
}

/** Writes a piece. */
export function write(piece) {
  view().set(piece, input);
}

/** Writes as much of a text as goes into a piece: `{ read, written }`. */
export function writeText(encoder, text) {
  return encoder.encodeInto(text, view().subarray(input, input + PIECE));
}

/** A copy of the first `length` bytes that a call has made. */
export function taken(length) {
  return view().slice(output, output + length);
}

/** Copies the first `length` bytes that a call has made. */
export function takeInto(target, at, length) {
  target.set(view().subarray(output, output + length), at);
}

/** What the last call has to say: flags of src/kernel/reader.rs. */
export function flags() {
  view();
  return words[told];
}

/** Reads the numbers that the last call has left, exactly, into the floats that it gave. */
export function readExact(floats) {
  const bytes = view();
  for (let left = words[told + 1], at = exact; left > 0; left--, at += EXACT_WORDS) {
    const begin = input - CARRY + words[at + 1];
    floats[words[at]] = Number(String.fromCharCode(...bytes.subarray(begin, begin + words[at + 2])));
  }
}
