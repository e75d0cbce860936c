// Bodies of requests: read up to a bound, and told apart.

import { ServiceError } from "../errors.js";
import { DEEPEST_JSON, MOST_JSON_BYTES, MOST_JSON_VALUES } from "../inputs/bounds.js";
import { oneAtATime } from "../streams/give-way.js";

const FIRST_CAPACITY = 64 * 1024;
/** Bodies from this size on count: so many bytes of them are held at a time, whoever sends them. */
const LARGE = 2 ** 20;
const MOST_HELD = 384 * 2 ** 20;
let held = 0;
const decoder = new TextDecoder();

/** All bytes of a body; one that is larger is the service's 3006. While too many large ones come in, the next ones are 3040. */
export async function readBytes(request, maxBytes) {
  if (!request.body) return new Uint8Array(0);
  const reader = request.body.getReader();
  const share = { bytes: 0 };
  try {
    return await readAll(reader, maxBytes, share);
  } finally {
    held -= share.bytes;
  }
}

async function readAll(reader, maxBytes, share) {
  // One buffer that grows by doubling: kept as objects, chunks of one byte would cost hundreds of times their size.
  let whole = new Uint8Array(0);
  let size = 0;
  while (true) {
    const { done, value } = await reader.read();
    if (done) return whole.subarray(0, size);
    const needed = size + value.byteLength;
    if (needed > maxBytes) {
      await reader.cancel();
      throw new ServiceError(3006);
    }
    if (needed > whole.length) {
      // Most bodies are one chunk, which is taken as it is.
      if (size === 0) {
        whole = value;
        size = needed;
        continue;
      }
      const larger = new Uint8Array(Math.max(needed, FIRST_CAPACITY, whole.length * 2));
      if (larger.length >= LARGE) {
        held += larger.length - share.bytes;
        share.bytes = larger.length;
        if (held > MOST_HELD) {
          await reader.cancel();
          throw new ServiceError(3040);
        }
      }
      larger.set(whole.subarray(0, size));
      whole = larger;
    }
    whole.set(value, size);
    size = needed;
  }
}

/** A JSON object; anything else is the service's 5006. */
export async function readJson(request, maxBytes) {
  return jsonObject(await readBytes(request, Math.min(maxBytes, MOST_JSON_BYTES)));
}

/** The value of a JSON text: of a size that can be parsed without keeping everybody waiting, and nested no deeper than can be walked. */
export function parseJson(bytes) {
  if (bytes.length > MOST_JSON_BYTES) throw new ServiceError(3006);
  return bytes.length < LARGE ? parsed(bytes) : oneAtATime(() => parsed(bytes));
}

function parsed(bytes) {
  refuseNested(bytes);
  try {
    return JSON.parse(decoder.decode(bytes));
  } catch {
    throw new ServiceError(5006, "Bad input: Error: the body is not valid JSON");
  }
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

function refuseNested(bytes) {
  let [depth, values] = [0, 0];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at += 1; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at += 1;
    } else if (byte === OPEN || byte === OPEN_LIST) {
      depth += 1;
      values += 1;
      if (depth > DEEPEST_JSON)
        throw new ServiceError(5006, "Bad input: Error: the body is nested too deeply");
      if (values > MOST_JSON_VALUES)
        throw new ServiceError(5006, "Bad input: Error: the body has too many objects and arrays");
    } else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
  }
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
