// A JSON body with media in it, made of its bytes block by block: the text of the media never is a string.

import { base64Form } from "./base64.js";
import { numbersForm } from "./numbers.js";
import { takeInto, taken } from "./scratch.js";

const encoder = new TextEncoder();

/** Text in front of this size is not worth a piece of its own. */
const BLOB_PIECE = 1024 * 1024;

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

  /** As a blob, which `fetch` sends with its length and can send again. */
  blob(type) {
    const pieces = [];
    let joined = [];
    let length = 0;
    for (const piece of this.#pieces()) {
      joined.push(piece);
      length += piece.length;
      if (length < BLOB_PIECE) continue;
      // A blob of its own takes the bytes out of JavaScript's memory at once.
      pieces.push(new Blob(joined));
      joined = [];
      length = 0;
    }
    return new Blob([...pieces, ...joined], { type });
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
