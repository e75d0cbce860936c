// Bodies of requests: read up to a bound, and told apart.

import { ServiceError } from "../errors.js";

const FIRST_CAPACITY = 64 * 1024;
const decoder = new TextDecoder();

/** All bytes of a body; one that is larger is the service's 3006. */
export async function readBytes(request, maxBytes) {
  if (!request.body) return new Uint8Array(0);
  const reader = request.body.getReader();
  // One buffer that grows by doubling: kept as objects, chunks of one byte would cost hundreds of times their size.
  let whole = new Uint8Array(FIRST_CAPACITY);
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
      const larger = new Uint8Array(Math.max(needed, whole.length * 2));
      larger.set(whole.subarray(0, size));
      whole = larger;
    }
    whole.set(value, size);
    size = needed;
  }
}

/** A JSON object; anything else is the service's 5006. */
export async function readJson(request, maxBytes) {
  return jsonObject(await readBytes(request, maxBytes));
}

function jsonObject(bytes) {
  const text = decoder.decode(bytes);
  if (text.trim() === "") throw new ServiceError(3003);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ServiceError(5006, "Bad input: Error: the body is not valid JSON");
  }
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
  if (/^\s*application\/json\b/i.test(contentType)) return { inputs: jsonObject(bytes) };
  const isForm = /^multipart\//i.test(contentType);
  if (!isForm && (bytes.length === 0 || mayBeJson(bytes))) {
    try {
      return { inputs: jsonObject(bytes) };
    } catch (error) {
      if (bytes.length === 0 || /^text\/|^$/i.test(contentType)) throw error;
    }
  }
  return { inputs: {}, raw: { bytes, contentType: contentType || "application/octet-stream" } };
}

const OPENING_BRACE = 0x7b;
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const mayBeJson = (bytes) => bytes.find((byte) => !SPACES.has(byte)) === OPENING_BRACE;
