// The answer to a request, before a door encodes it. The server writes it directly; for other callers it
// becomes a `Response`, which costs more than a short answer.

import { chunksOf, readableFrom } from "./readable.js";

export class Answer {
  /** Ends the stream with the call. */
  signal;
  /** Called once when the stream has ended. */
  onEnd = () => {};

  /**
   * @param {string | Uint8Array | null | ((signal: AbortSignal) => AsyncIterable<Uint8Array>)} body whole, or what makes a stream of it
   * @param {{ status?: number, headers?: Record<string, string> }} [head] headers by their names in small letters
   */
  constructor(body, { status = 200, headers = {} } = {}) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }

  static json(value, { status, headers } = {}) {
    const type = { "content-type": "application/json" };
    return new Answer(JSON.stringify(value), { status, headers: headers ? { ...type, ...headers } : type });
  }

  /** The same as a response of another handler. */
  static of({ body, status, headers }) {
    return new Answer(body && (() => chunksOf(body)), { status, headers: Object.fromEntries(headers) });
  }

  get ok() {
    return this.status >= 200 && this.status < 300;
  }

  get isStream() {
    return typeof this.body === "function";
  }

  /** The stream's chunks, on demand. */
  readable() {
    return readableFrom(this.body, { signal: this.signal, onEnd: this.onEnd });
  }

  toResponse() {
    const { status, headers } = this;
    return new Response(this.isStream ? this.readable() : this.body, { status, headers });
  }
}
