// A wrapper of a request of Node with the members of a fetch request that the doors read. The actual
// `Request` is created on demand, because it costs more than a short answer.

import { Readable } from "node:stream";

/** Methods that fetch does not have. */
const UNSUPPORTED = new Set(["CONNECT", "TRACE", "TRACK"]);

export class NodeRequest {
  #incoming;
  #controller = new AbortController();

  /** @throws {TypeError} for a method that fetch does not have */
  constructor(incoming) {
    const { method = "GET", rawHeaders, url = "/" } = incoming;
    if (UNSUPPORTED.has(method)) throw new TypeError(`${method} is no method of fetch`);
    this.#incoming = incoming;
    this.method = method;
    this.headers = new Headers();
    for (let index = 0; index + 1 < rawHeaders.length; index += 2)
      this.headers.append(rawHeaders[index], rawHeaders[index + 1]);
    const { origin } = new URL(`http://${incoming.headers.host ?? "localhost"}`);
    this.url = url.startsWith("/") ? origin + url : new URL(url).href;
  }

  get signal() {
    return this.#controller.signal;
  }

  get #hasBody() {
    return this.method !== "GET" && this.method !== "HEAD";
  }

  get body() {
    return this.#hasBody ? Readable.toWeb(this.#incoming) : null;
  }

  abort() {
    this.#controller.abort(new DOMException("The client closed the connection", "AbortError"));
  }

  /**
   * Passes the body on in chunks. If `take` throws, reading ends; the rest of the body is discarded after
   * the answer.
   */
  eachChunk(take) {
    const incoming = this.#incoming;
    if (!this.#hasBody) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (how, value) => {
        incoming.off("data", onData).off("end", onEnd).off("error", onError).off("close", onClose);
        how(value);
      };
      const onData = (chunk) => {
        try {
          take(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
        } catch (error) {
          settle(reject, error);
          // Node does not discard the rest of a partly read body, and the next request on the connection
          // would wait for it.
          incoming.resume();
        }
      };
      const onEnd = () => settle(resolve);
      const onError = (error) => settle(reject, error);
      const onClose = () => {
        this.abort();
        settle(reject, this.signal.reason);
      };
      incoming.on("data", onData).on("end", onEnd).on("error", onError).on("close", onClose);
    });
  }

  toRequest() {
    const { url, method, headers, signal, body } = this;
    const request = new Request(url, { method, headers, signal, ...(body ? { body, duplex: "half" } : {}) });
    // Node's `Request` receives the abort of its signal only while it is referenced.
    this.#controller.request = request;
    return request;
  }
}
