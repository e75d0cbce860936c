// A reply's bytes for somebody else who reads events.

import { asBytes, isBytes } from "../client/values.js";
import { synthesize } from "../workers_ai_wasm.js";

const MARK = [0xef, 0xbb, 0xbf];
/** White space that may come before what is looked for, in bytes: `MOST_BLANKS` in src/wire/beginning.rs. */
const MOST_BLANKS = 1024;

/** Reads as the reader that it is given does; a JSON text in the place of events comes as one event and the end. */
export class EventReader {
  #reader;
  #limit;
  #decided = false;
  /** What was read behind bytes that were handed on first. */
  #later;

  /** @param limit Longer JSON goes through as it is, in bytes: it is kept until its end. */
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
      // Nearly all streams begin so: their bytes stay where they are.
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

/** Bytes that are kept, in one buffer: chunks of one byte would cost hundreds of times their size. */
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

/** The events of a JSON text; what is none, or was cut off, stays as it came. */
function eventsOf(bytes) {
  const text = bytes.subarray(isMarked(bytes) ? MARK.length : 0);
  try {
    JSON.parse(new TextDecoder().decode(text));
  } catch {
    return bytes;
  }
  return synthesize(text);
}

const isMarked = (bytes) => MARK.every((byte, at) => bytes[at] === byte);

/** Is the first byte that is no white space one of a JSON object or list? Undefined where there is none yet. */
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

/** Are these the first bytes of a mark, and no more? */
const isMarkBegun = (bytes) => bytes.length < MARK.length && bytes.every((byte, at) => byte === MARK[at]);
