// Reads the bodies of requests, up to a limit, and determines their kind.

import { ServiceError } from "../errors.js";
import { MOST_JSON_BYTES } from "../inputs/bounds.js";
import { chunksOf } from "../streams/readable.js";
import { parseJson } from "./json.js";

const FIRST_CAPACITY = 64 * 1024;
/** Size from which bodies count against a common limit of all callers, and that limit. */
const LARGE = 2 ** 20;
const MOST_HELD = 384 * 2 ** 20;
let held = 0;

/**
 * Reads all bytes of a body. A body that is too large is rejected with 3006. While the large bodies of all
 * callers exceed the common limit, further ones are rejected with 3040.
 */
export async function readBytes(request, maxBytes) {
  const bytes = new Gathered(maxBytes);
  try {
    if (request.eachChunk) await request.eachChunk((chunk) => bytes.push(chunk));
    else if (request.body) for await (const chunk of chunksOf(request.body)) bytes.push(chunk);
    return bytes.all;
  } finally {
    bytes.release();
  }
}

/**
 * One buffer that grows by doubling: stored as objects, chunks of one byte would take hundreds of times
 * their size.
 */
class Gathered {
  #most;
  #buffer = new Uint8Array(0);
  #size = 0;
  #held = 0;

  constructor(most) {
    this.#most = most;
  }

  get all() {
    return this.#buffer.subarray(0, this.#size);
  }

  push(chunk) {
    const needed = this.#size + chunk.byteLength;
    if (needed > this.#most) throw new ServiceError(3006);
    // Most bodies are a single chunk, which is used without a copy.
    if (this.#size === 0) this.#buffer = chunk;
    else {
      if (needed > this.#buffer.length) this.#grow(needed);
      this.#buffer.set(chunk, this.#size);
    }
    this.#size = needed;
  }

  #grow(needed) {
    const length = Math.max(needed, FIRST_CAPACITY, this.#buffer.length * 2);
    if (length >= LARGE) {
      held += length - this.#held;
      this.#held = length;
      if (held > MOST_HELD) throw new ServiceError(3040);
    }
    const larger = new Uint8Array(length);
    larger.set(this.all);
    this.#buffer = larger;
  }

  release() {
    held -= this.#held;
  }
}

/** Parses a JSON object; anything else is rejected with 5006. */
export async function readJson(request, maxBytes) {
  return jsonObject(await readBytes(request, Math.min(maxBytes, MOST_JSON_BYTES)));
}

async function jsonObject(bytes) {
  if (isBlank(bytes)) throw new ServiceError(3003);
  const value = await parseJson(bytes);
  if (!isObject(value))
    throw new ServiceError(5006, "Bad input: Error: Type mismatch of '/', 'object' not in the given type");
  return value;
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * The body of `/run`: JSON inputs, or bytes. The content type decides; without a telling one (curl's default, or none) a body that
 * is a JSON object counts as one.
 *
 * @returns {Promise<{ inputs: object, raw?: { bytes: Uint8Array, contentType: string } }>}
 */
export async function readInputs(request, maxBytes) {
  const contentType = request.headers.get("content-type") ?? "";
  const bytes = await readBytes(request, maxBytes);
  if (/^\s*application\/json\b/i.test(contentType)) return { inputs: await jsonObject(bytes) };
  const isForm = /^multipart\//i.test(contentType);
  if (!isForm && (bytes.length === 0 || mayBeJson(bytes))) {
    try {
      return { inputs: await jsonObject(bytes) };
    } catch (error) {
      if (bytes.length === 0 || /^text\/|^$/i.test(contentType)) throw error;
    }
  }
  return { inputs: {}, raw: { bytes, contentType: contentType || "application/octet-stream" } };
}

const isBlank = (bytes) => bytes.findIndex((byte) => !SPACES.has(byte)) < 0;
const OPENING_BRACE = 0x7b;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const mayBeJson = (bytes) => bytes.find((byte) => !SPACES.has(byte)) === OPENING_BRACE;
