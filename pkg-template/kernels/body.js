// A JSON body with media in it, made of its bytes block by block: the text of the media never is a string.

import { base64Form } from "./base64.js";
import { numbersForm } from "./numbers.js";
import { takeInto, taken } from "./scratch.js";

const encoder = new TextEncoder();

/** Bytes that a blob is made of at a time. */
const BLOB_PIECE = 1024 * 1024;
/** From this size on a body is sent as a stream where that can be. */
const STREAMED_FROM = 4 * 1024 * 1024;

/** A piece of JSON text that is base64 in quotes. */
export const asBase64 = (bytes) => ({ bytes, form: base64Form });
/** A piece of JSON text that is an array of numbers. */
export const asNumbers = (bytes) => ({ bytes, form: numbersForm });

/**
 * A body of known length, which can be made as often as it is sent. It keeps the media, not its text.
 */
export class MediaBody {
  #parts;
  /** Bytes of all of it. */
  length = 0;

  /**
   * @param {(string | { bytes: Uint8Array, form: object })[]} parts JSON text and media, in order
   */
  constructor(parts) {
    this.#parts = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
    for (const part of this.#parts) this.length += part.form?.lengthOf(part.bytes) ?? part.length;
  }

  /** In one array. */
  bytes() {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const { text, made } of this.#steps()) {
      if (text !== undefined) {
        all.set(text, at);
        at += text.length;
      } else {
        takeInto(all, at, made);
        at += made;
      }
    }
    return all;
  }

  /** As a stream that makes a piece when it is asked for one. */
  stream() {
    const pieces = this.#pieces();
    return new ReadableStream(
      {
        type: "bytes",
        pull(controller) {
          const { value, done } = pieces.next();
          if (done) {
            controller.close();
            controller.byobRequest?.respond(0);
          } else controller.enqueue(value);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** As a blob, which `fetch` sends with its length. It holds the text, but outside of JavaScript's heap. */
  blob(type) {
    const parts = [];
    // A blob copies what it is made of, so one buffer serves for all parts.
    const buffer = new Uint8Array(Math.min(this.length, BLOB_PIECE));
    let length = 0;
    const flush = () => {
      parts.push(new Blob([buffer.subarray(0, length)]));
      length = 0;
    };
    for (const piece of this.#pieces()) {
      for (let at = 0; at < piece.length; ) {
        const some = piece.subarray(at, at + buffer.length - length);
        buffer.set(some, length);
        length += some.length;
        at += some.length;
        if (length === buffer.length) flush();
      }
    }
    flush();
    return new Blob(parts, { type });
  }

  /**
   * What `fetch` gets, anew for each attempt: `{ body, headers?, duplex? }`.
   *
   * Small bodies are one array, which every `fetch` takes. `fetch` copies it, in Node twice, so a large one would be there three times
   * over; a stream is made while it is sent. Only servers' runtimes take streams over every version of HTTP, and let their length be told.
   *
   * @param {boolean} isOwn whether `fetch` is the caller's, which may know no streams
   */
  forFetch(isOwn) {
    if (isOwn || this.length < STREAMED_FROM || !sendsStreams()) return { body: this.bytes() };
    const headers = { "content-length": String(this.length) };
    return { body: this.stream(), headers, duplex: "half" };
  }

  *#pieces() {
    for (const { text, made } of this.#steps()) yield text?.slice() ?? taken(made);
  }

  /** Text as it is; of media how much of it lies in the scratch now. */
  *#steps() {
    for (const part of this.#parts) {
      if (part.form === undefined) {
        yield { text: part };
        continue;
      }
      const { bytes, form } = part;
      yield { text: encoder.encode(form.begin) };
      for (let at = 0; at < bytes.length; at += form.size) {
        const made = form.encode(bytes.subarray(at, at + form.size));
        const isLast = at + form.size >= bytes.length;
        yield { made: isLast ? made - (form.trim ?? 0) : made };
      }
      yield { text: encoder.encode(form.end) };
    }
  }
}

/** Node, Bun and Deno. workerd may look like Node, but its memory is not that of a server. */
function sendsStreams() {
  const isWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  return !isWorker && typeof globalThis.process?.versions?.node === "string";
}
