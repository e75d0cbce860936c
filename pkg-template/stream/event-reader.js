// A reply's bytes for somebody else who reads events.

import { asBytes, isBytes } from "../client/values.js";
import { synthesize } from "../workers_ai_wasm.js";

const MARK = [0xef, 0xbb, 0xbf];

/** Reads as the reader that it is given does; a JSON text in the place of events comes as one event and the end. */
export class EventReader {
  #reader;
  #limit;
  #decided = false;

  /** @param limit Longer JSON goes through as it is, in bytes: it is kept until its end. */
  constructor(reader, limit) {
    this.#reader = reader;
    this.#limit = limit;
  }

  async read() {
    if (this.#decided) return this.#reader.read();
    const held = [];
    for (let size = 0, begins; size <= this.#limit; ) {
      const { done, value } = await this.#reader.read();
      if (done || !isBytes(value)) {
        if (done && begins) return { done: false, value: eventsOf(this.#decide(held, true)) };
        if (done && held.length > 0) return { done: false, value: this.#decide(held) };
        return { done, value };
      }
      held.push(value);
      size += value.byteLength;
      begins ??= beginsJSON(held);
      if (begins === false) break;
    }
    return { done: false, value: this.#decide(held) };
  }

  cancel(reason) {
    return this.#reader.cancel(reason);
  }

  /** What was kept, in one piece. */
  #decide(held, unmarked) {
    this.#decided = true;
    if (held.length === 1 && !unmarked) return held[0];
    const bytes = new Uint8Array(held.reduce((size, chunk) => size + chunk.byteLength, 0));
    let at = 0;
    for (const chunk of held) {
      bytes.set(asBytes(chunk), at);
      at += chunk.byteLength;
    }
    return unmarked && isMarked(bytes) ? bytes.subarray(MARK.length) : bytes;
  }
}

/** The events of a JSON text; what is none, or was cut off, stays as it came. */
function eventsOf(bytes) {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return bytes;
  }
  return synthesize(bytes);
}

const isMarked = (bytes) => MARK.every((byte, at) => bytes[at] === byte);

/** Is the first byte that is no white space one of a JSON object or list? Undefined where there is none yet. */
function beginsJSON(chunks) {
  let at = 0;
  for (const chunk of chunks) {
    for (const byte of asBytes(chunk)) {
      if (byte === MARK[at] || byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) {
        at++;
        continue;
      }
      return byte === 0x7b || byte === 0x5b;
    }
  }
  return undefined;
}
