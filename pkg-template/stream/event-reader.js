// Prepares a reply's bytes for a consumer that parses events itself.

import { asBytes, isBytes } from "../client/values.js";
import { synthesize } from "../workers_ai_wasm.js";

const MARK = [0xef, 0xbb, 0xbf];
/** Most white space before the first byte that decides, in bytes: `MOST_BLANKS` in src/wire/beginning.rs. */
const MOST_BLANKS = 1024;

/** Wraps a reader. A JSON text in place of events is returned as one event and the end marker. */
export class EventReader {
  #reader;
  #limit;
  #decided = false;
  /** The result that follows the buffered bytes. */
  #later;

  /** @param limit Bytes of JSON to buffer: longer JSON is passed through unchanged. */
  constructor(reader, limit) {
    this.#reader = reader;
    this.#limit = limit;
  }

  async read() {
    if (this.#later !== undefined) {
      const later = this.#later;
      this.#later = undefined;
      return later;
    }
    if (this.#decided) return this.#reader.read();
    const held = new Held();
    let isJSON;
    while (isJSON !== false && held.length <= this.#limit) {
      const { done, value } = await this.#reader.read();
      if (done || !isBytes(value)) {
        if (held.length === 0) return { done, value };
        this.#decided = true;
        this.#later = { done, value };
        return { done: false, value: done && isJSON ? eventsOf(held.bytes) : held.bytes };
      }
      // The usual case: the chunk is passed through without a copy.
      if (held.length === 0 && beginsJSON(asBytes(value)) === false) {
        this.#decided = true;
        return { done: false, value };
      }
      held.add(asBytes(value));
      isJSON ??= beginsJSON(held.bytes);
    }
    this.#decided = true;
    return { done: false, value: held.bytes };
  }

  cancel(reason) {
    return this.#reader.cancel(reason);
  }
}

/** Buffers bytes in one array: chunks of one byte each would cost hundreds of times their size. */
class Held {
  #buffer = new Uint8Array(4096);
  length = 0;

  add(chunk) {
    const needed = this.length + chunk.length;
    if (needed > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.length);
    this.length = needed;
  }

  get bytes() {
    return this.#buffer.subarray(0, this.length);
  }
}

/** The events of a JSON text, or of lines of JSON; bytes that are neither, or truncated, are returned unchanged. */
const eventsOf = (bytes) => synthesize(bytes.subarray(isMarked(bytes) ? MARK.length : 0));

const isMarked = (bytes) => MARK.every((byte, at) => bytes[at] === byte);

/**
 * True if the first byte that is not white space begins a JSON object or array; undefined if there is none
 * yet.
 */
function beginsJSON(bytes) {
  const from = isMarked(bytes) ? MARK.length : 0;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte !== 0x20 && (byte < 0x09 || byte > 0x0d))
      return byte === 0x7b || byte === 0x5b || (from === 0 && isMarkBegun(bytes) ? undefined : false);
    if (at - from === MOST_BLANKS) return false;
  }
  return undefined;
}

/** True if these are the beginning of a byte order mark, but not all of it. */
const isMarkBegun = (bytes) => bytes.length < MARK.length && bytes.every((byte, at) => byte === MARK[at]);
