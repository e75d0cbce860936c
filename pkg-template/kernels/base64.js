// Base64 to bytes and back, without the strings that the platform makes of it on the way.

import { wasm } from "../tasks/ask.js";
import { Reader } from "./reader.js";
import { PIECE, takeInto, write, writeText } from "./scratch.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** More than this is never reserved on the word of a header. */
const MOST_RESERVED = 64 * 1024 * 1024;
const LEAST_RESERVED = 4096;

/** Bytes that come in pieces, in one array. */
class Bytes {
  #bytes;
  #length = 0;

  constructor(expected) {
    this.#bytes = new Uint8Array(Math.min(Math.max(expected, LEAST_RESERVED), MOST_RESERVED));
  }

  take(given) {
    const needed = this.#length + given;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    takeInto(this.#bytes, this.#length, given);
    this.#length = needed;
  }

  /** The bytes, on a buffer of their own size where that costs little. */
  all() {
    const { length } = this.#bytes;
    if (this.#length === length) return this.#bytes;
    // Some runtimes can shorten a buffer where it lies.
    const { buffer } = this.#bytes;
    this.#bytes =
      typeof buffer.transfer === "function"
        ? new Uint8Array(buffer.transfer(this.#length))
        : this.#bytes.slice(0, this.#length);
    return this.#bytes;
  }
}

/**
 * Reads the base64 string of a JSON reply: the first one that a member of one of these names has, in the outermost object or in its
 * `result`. In the JSON that `finish` gives it is empty, but for a data URL's beginning.
 */
export class Base64Reader extends Reader {
  #bytes;

  /**
   * @param {string[]} names such as `["image"]`
   * @param {number} [size] how large the reply is, if its headers say so
   */
  constructor(names, size = 0) {
    const { written } = writeText(encoder, names.join());
    super(wasm.exports.base64_open(written));
    this.#bytes = new Bytes(Math.ceil((size / 4) * 3));
  }

  take(given) {
    this.#bytes.take(given);
  }

  /** The bytes so far, also after a fault. */
  bytes() {
    return this.#bytes.all();
  }
}

/**
 * The same for a reply that is there.
 *
 * @param {Uint8Array} bytes JSON
 * @param {string[]} names
 * @returns {{ bytes: Uint8Array, found: boolean, rest: string }}
 */
export function readBase64(bytes, names) {
  const reader = new Base64Reader(names, bytes.length);
  reader.push(bytes);
  const rest = reader.finish();
  return { bytes: reader.bytes(), found: reader.found, rest };
}

class PlainReader extends Reader {
  #bytes;

  constructor(size, field) {
    super(wasm.exports.base64_plain(), field);
    this.#bytes = new Bytes(Math.floor((size * 3) / 4));
  }

  take(given) {
    this.#bytes.take(given);
  }

  bytes() {
    return this.#bytes.all();
  }
}

/**
 * Base64, of either alphabet, with padding or without, line breaks allowed, or a data URL of it, as bytes.
 *
 * @param {string | Uint8Array} base64
 * @param {string} field the input that it came in
 * @throws {WorkersAIError} `INVALID_INPUT`, with the place of what is not base64
 */
export function decodeBase64(base64, field) {
  const reader = new PlainReader(base64.length, field);
  if (typeof base64 !== "string") {
    reader.push(base64);
  } else {
    for (let at = 0; at < base64.length; ) {
      const { read, written } = writeText(encoder, base64.slice(at, at + PIECE));
      reader.read(written);
      at += read;
    }
  }
  reader.finish();
  return reader.bytes();
}

/** Bytes in a piece, so that its characters fill one. */
const GROUPS = (PIECE / 4) * 3;

/** Media as a JSON string of base64, in pieces; see body.js. */
export const base64Form = {
  size: GROUPS,
  lengthOf: (bytes) => base64Length(bytes.length) + 2,
  begin: '"',
  end: '"',
  encode(piece) {
    write(piece);
    return wasm.exports.base64_encode(piece.length);
  },
};

const base64Length = (bytes) => Math.ceil(bytes / 3) * 4;

/**
 * Bytes as a base64 string.
 *
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function encodeBase64(bytes) {
  // What the platform has is as fast as it gets: it makes the string itself, without bytes of it first.
  if (typeof bytes.toBase64 === "function") return bytes.toBase64();
  const text = new Uint8Array(base64Length(bytes.length));
  for (let from = 0, at = 0; from < bytes.length; from += GROUPS) {
    const length = base64Form.encode(bytes.subarray(from, from + GROUPS));
    takeInto(text, at, length);
    at += length;
  }
  return decoder.decode(text);
}
