// Incremental JSON parser, in the wasm: one copy and one call per piece of text; records are read in place.
// Strings are sliced from the JavaScript text where it contains them, not decoded from the wasm.

import { wasm } from "./instance.js";
import { CARRIED, COUNT, PHASE_SHIFT, PIECE, WITHIN_TEXT } from "./records.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Up to this length, texts are copied and pieces are decoded faster by hand. */
const BY_HAND = 24;

/** The instance that the views belong to. */
let exports = null;
/** Views of its memory; growth detaches them. */
let bytes = new Uint8Array(0);
let ints = new Int32Array(0);
/** Offset of the input window in `bytes`. */
let window = 0;
/** Index of the records in `ints`. */
let records = 0;

function fresh(own) {
  if (exports === own && bytes.length > 0) return;
  exports = own;
  const [windowAt, recordsAt] = [exports.json_window(), exports.json_records()];
  bytes = new Uint8Array(exports.memory.buffer);
  ints = new Int32Array(exports.memory.buffer);
  window = windowAt;
  records = recordsAt >>> 2;
}

/**
 * Without FinalizationRegistry (Workers with an old compatibility date) the machine of a dropped stream is
 * not freed.
 */
const dropped =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry(({ exports, id }) => close(exports, id))
    : { register() {}, unregister() {} };

function close(exports, id) {
  try {
    exports.json_close(id);
  } catch {
    // The machine has been freed with its instance.
  }
}

/**
 * True if the piece is short and continues a string whatever its state: without quotation marks, escapes,
 * control characters and surrogates, which may be halves of a pair.
 */
function isPlain(piece) {
  if (piece.length > BY_HAND) return false;
  for (let at = 0; at < piece.length; at++) {
    const unit = piece.charCodeAt(at);
    if (unit < 0x20 || unit === 0x22 || unit === 0x5c || (unit & 0xf800) === 0xd800) return false;
  }
  return true;
}

const isHigh = (unit) => (unit & 0xfc00) === 0xd800;

/** Parses one text. */
export class Machine {
  /** The parser's phase. */
  phase = 0;
  #exports = wasm.exports;
  #id;
  /** A high surrogate whose low surrogate has not been received. */
  #half = "";

  /** `array`, `scalar`: whether the root may be one. */
  constructor(array, scalar) {
    this.#id = this.#exports.json_open(array, scalar);
    dropped.register(this, { exports: this.#exports, id: this.#id }, this);
  }

  /**
   * @param {string} piece
   * @param {import("./builder.js").Builder} builder receives the records
   */
  feed(piece, builder) {
    if (this.phase === WITHIN_TEXT && this.#half === "" && isPlain(piece)) {
      builder.addText(piece, false);
      return;
    }
    let rest = this.#half === "" ? piece : this.#half + piece;
    this.#half = "";
    if (rest !== "" && isHigh(rest.charCodeAt(rest.length - 1))) {
      this.#half = rest.slice(-1);
      rest = rest.slice(0, -1);
    }
    while (rest !== "") {
      fresh(this.#exports);
      write(rest);
      // If there are as many bytes as characters, all are ASCII, and offsets in the window are offsets in the
      // text.
      const source = read === written ? rest : null;
      const taken = read;
      this.#read(exports.json_feed(this.#id, written), builder, source);
      if (taken === rest.length) return;
      rest = rest.slice(taken);
    }
  }

  /** Marks the end of input. */
  finish(builder) {
    fresh(this.#exports);
    this.#read(exports.json_finish(this.#id), builder, null);
  }

  #read(result, builder, source) {
    this.phase = result >>> PHASE_SHIFT;
    const count = result & COUNT;
    if (count === 0) return;
    if (bytes.length === 0) fresh(this.#exports);
    text = source;
    builder.apply(ints, records, count, stringAt);
  }

  close() {
    if (this.#id === -1) return;
    dropped.unregister(this);
    close(this.#exports, this.#id);
    this.#id = -1;
  }
}

/** Length of the last piece in characters and in bytes. */
let read = 0;
let written = 0;

/** Writes as much of a text as a piece can hold. */
function write(string) {
  if (string.length <= BY_HAND) {
    let at = 0;
    for (; at < string.length; at++) {
      const unit = string.charCodeAt(at);
      if (unit > 127) break;
      bytes[window + CARRIED + at] = unit;
    }
    if (at === string.length) {
      read = written = at;
      return;
    }
  }
  const from = window + CARRIED;
  let part = string;
  if (string.length > PIECE) {
    // Does not split a surrogate pair.
    part = string.slice(0, isHigh(string.charCodeAt(PIECE - 1)) ? PIECE - 1 : PIECE);
  }
  ({ read, written } = encoder.encodeInto(part, bytes.subarray(from, from + PIECE)));
}

/** The current piece, if it is ASCII. */
let text = null;

/** The string at an offset of the window. */
function stringAt(at, length) {
  if (text !== null && at >= CARRIED) return text.substring(at - CARRIED, at - CARRIED + length);
  return decode(window + at, length);
}

function decode(from, length) {
  if (length <= BY_HAND) {
    let string = "";
    let at = from;
    for (; at < from + length; at++) {
      const byte = bytes[at];
      if (byte > 127) break;
      string += String.fromCharCode(byte);
    }
    if (at === from + length) return string;
  }
  return decoder.decode(bytes.subarray(from, from + length));
}
