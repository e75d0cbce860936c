// The machine for JSON that comes in pieces, in the wasm: a piece of text goes in by one copy and one call, and what it says is read in place. No
// string comes out of the wasm where the text itself has it.

import { wasm } from "./instance.js";
import { CARRIED, COUNT, PHASE_SHIFT, PIECE, WITHIN_TEXT } from "./records.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Such short texts are copied, and such short pieces are decoded, faster by hand. */
const BY_HAND = 24;

/** The instance that the views belong to. */
let exports = null;
/** Views of its memory; growth detaches them. */
let bytes = new Uint8Array(0);
let ints = new Int32Array(0);
/** Where a piece is written, in `bytes`. */
let window = 0;
/** Where the records are, in `ints`. */
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

/** Without it (Workers with an old compatibility date) a machine whose stream was dropped stays. */
const dropped =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry(({ exports, id }) => close(exports, id))
    : { register() {}, unregister() {} };

function close(exports, id) {
  try {
    exports.json_close(id);
  } catch {
    // With its instance the machine is gone as well.
  }
}

/** Is it short and more of a string, whatever came before? */
function isPlain(piece) {
  if (piece.length > BY_HAND) return false;
  for (let at = 0; at < piece.length; at++) {
    const unit = piece.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
  }
  return true;
}

const isHigh = (unit) => (unit & 0xfc00) === 0xd800;

/** One text being read. */
export class Machine {
  /** How far the value is. */
  phase = 0;
  #exports = wasm.exports;
  #id;
  /** The first half of a character, whose second one has not come. */
  #half = "";

  /** May the root be an array, a scalar? */
  constructor(array, scalar) {
    this.#id = this.#exports.json_open(array, scalar);
    dropped.register(this, { exports: this.#exports, id: this.#id }, this);
  }

  /**
   * @param {string} piece
   * @param {import("./builder.js").Builder} builder gets the records
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
      // As many bytes as characters: all of them are ASCII, and places in the text are places in the window.
      const source = read === written ? rest : null;
      const taken = read;
      this.#read(exports.json_feed(this.#id, written), builder, source);
      if (taken === rest.length) return;
      rest = rest.slice(taken);
    }
  }

  /** No more will come. */
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

/** How many characters the last piece has, and how many bytes. */
let read = 0;
let written = 0;

/** Writes as much of a text as a piece holds. */
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
    // A character is not divided.
    part = string.slice(0, isHigh(string.charCodeAt(PIECE - 1)) ? PIECE - 1 : PIECE);
  }
  ({ read, written } = encoder.encodeInto(part, bytes.subarray(from, from + PIECE)));
}

/** The piece that is read, if it is ASCII. */
let text = null;

/** The string at a place of the window. */
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
