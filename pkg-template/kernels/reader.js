// Reads a reply's bytes as they come, in chunks of any size, with what its payload is made of taken out.

import { WorkersAIError } from "../core.js";
import { wasm } from "../tasks/ask.js";
import { reader_fault, reader_rest } from "../workers_ai_tasks.js";
import { flags, PIECE, write } from "./scratch.js";

const MORE = 1;
const FAULT = 2;
const FOUND = 4;

/** What all readers have in common. Whoever makes one ends it with `finish` or `close`. */
export class Reader {
  /** The one that it lives in. */
  #wasm = wasm.exports;
  #handle;
  #field;

  /**
   * @param {number} handle
   * @param {string} [field] the input that is read; without one it is a reply
   */
  constructor(handle, field = "") {
    this.#handle = handle;
    this.#field = field;
  }

  /** Was the member found that it looks for? */
  found = false;

  /**
   * Reads a chunk.
   *
   * @param {Uint8Array} chunk
   * @throws {WorkersAIError} and is closed
   */
  push(chunk) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      write(piece);
      this.read(piece.length);
    }
  }

  /** Reads what was written into the scratch. */
  read(length) {
    let given = this.#wasm.reader_feed(this.#handle, length);
    for (;;) {
      const told = flags();
      if (given > 0) this.take(given);
      if ((told & FOUND) !== 0) this.found = true;
      if ((told & FAULT) !== 0) throw this.#fault();
      if ((told & MORE) === 0) return;
      given = this.#wasm.reader_feed(this.#handle, 0);
    }
  }

  /**
   * No more will come.
   *
   * @returns {string} the JSON without what was taken out
   * @throws {WorkersAIError} if it is not whole
   */
  finish() {
    const given = this.#wasm.reader_finish(this.#handle);
    if ((flags() & FAULT) !== 0) throw this.#fault();
    if (given > 0) this.take(given);
    const rest = reader_rest(this.#handle);
    this.close();
    return rest;
  }

  /** Forgets it; more than once is harmless. */
  close() {
    if (this.#handle >= 0) this.#wasm.reader_close(this.#handle);
    this.#handle = -1;
  }

  #fault() {
    const fields = JSON.parse(reader_fault(this.#handle, this.#field));
    this.close();
    return new WorkersAIError(fields);
  }
}
