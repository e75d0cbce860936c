// The bytes of a stream of the client's, for whoever reads them at once: without the streams and promises that a `ReadableStream` of them would cost.

import { cancel } from "../client/promises.js";
import { asBytes, isBytes } from "../client/values.js";
import { Wait } from "../stream/wait.js";

/** A reader, as `readWith` makes it of a stream: under the limits of the stream's call. */
export class ByteReader {
  #reader;
  /** A whole answer that came in the place of a stream. */
  #json;
  #guard;
  #wait;
  #abort;

  constructor({ body, json, guard, idleMs }) {
    this.#reader = body?.getReader() ?? null;
    this.#json = json;
    this.#guard = guard;
    this.#wait = new Wait(this, idleMs, guard);
    // What has broken it off ends a read that waits, whatever the sender does.
    this.#abort = () => cancel(this.#reader, guard.signal.reason);
    if (guard.signal.aborted) this.#abort();
    else guard.signal.addEventListener("abort", this.#abort);
  }

  /** The next chunk; throws what has broken it off, or what the connection has broken with. */
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
      // What is no bytes is the sender's fault, whoever reads.
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

  /** Nothing more is wanted of it here: gives the reader of what is left of the body, if there is one. */
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
