// Reads the bytes of the client's stream directly, without the streams and promises of a `ReadableStream`.

import { cancel } from "../client/promises.js";
import { asBytes, isBytes } from "../client/values.js";
import { Wait } from "../stream/wait.js";

/** Reads a stream under the limits of its call. Created by `readWith`. */
export class ByteReader {
  #reader;
  /** A whole answer in place of a stream. */
  #json;
  #guard;
  #wait;
  #abort;

  constructor({ body, json, guard, idleMs }) {
    this.#reader = body?.getReader() ?? null;
    this.#json = json;
    this.#guard = guard;
    this.#wait = new Wait(this, idleMs, guard);
    // An abort ends a pending read, even if the sender does not react to it.
    this.#abort = () => cancel(this.#reader, guard.signal.reason);
    if (guard.signal.aborted) this.#abort();
    else guard.signal.addEventListener("abort", this.#abort);
  }

  /** The next chunk. Throws the reason of an abort, or the error of the connection. */
  async read() {
    const guard = this.#guard;
    if (this.#reader === null) return this.#whole();
    this.#wait.begin(this);
    try {
      const { done, value } = await this.#reader.read();
      if (guard.signal.aborted) throw guard.signal.reason;
      if (done) {
        this.#end();
        return { done, value: undefined };
      }
      // Other values are a fault of the sender.
      if (!isBytes(value)) throw new TypeError("the stream gave no bytes");
      guard.firstByte();
      return { done, value: asBytes(value) };
    } catch (error) {
      this.#end();
      throw guard.signal.aborted ? guard.signal.reason : guard.broken(error);
    } finally {
      this.#wait.end();
    }
  }

  /** Stops reading. Returns the reader of the remaining body, or null. */
  leave() {
    this.#end();
    return this.#reader;
  }

  cancel(reason) {
    this.#end();
    cancel(this.#reader, reason);
  }

  #whole() {
    const value = this.#json;
    this.#json = null;
    this.#end();
    return { done: value === null, value: value ?? undefined };
  }

  #end() {
    this.#wait.stop();
    this.#guard.signal.removeEventListener("abort", this.#abort);
    this.#guard.release();
  }
}
