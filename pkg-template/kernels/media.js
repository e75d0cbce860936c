// Media as callers give it: what type it is, and all of its bytes.

import { asBytes, failure, isBlob, isBytes, isResponse, isStream, kindOf, refusal } from "../core.js";
import { sniff_media } from "../workers_ai_tasks.js";
import { write } from "./scratch.js";

/** Bytes that tell a type. */
const ENOUGH = 4096;

const nothing = () => {};

/**
 * The media type that bytes are by their beginning.
 *
 * @param {Uint8Array} bytes
 * @returns {string | undefined}
 */
export function sniff(bytes) {
  const begin = bytes.subarray(0, ENOUGH);
  write(begin);
  return sniff_media(begin.length) || undefined;
}

/**
 * All bytes of a stream, a blob, a response, or of what is bytes already.
 *
 * @param {unknown} source
 * @param {{ field: string, limit: number, signal?: AbortSignal }} how `field`: the input that it came in
 * @returns {Promise<Uint8Array>}
 */
export async function collect(source, { field, limit, signal }) {
  signal?.throwIfAborted();
  if (isBytes(source)) return within(asBytes(source), field, limit);
  if (isBlob(source)) {
    if (source.size > limit) throw tooLarge(field, limit);
    return within(new Uint8Array(await unlessAborted(source.arrayBuffer(), signal)), field, limit);
  }
  if (isResponse(source)) {
    if (!source.ok) throw refusal(field, `The response that ${field} is has status ${source.status}.`);
    return isStream(source.body) ? drain(source.body, field, limit, signal) : new Uint8Array(0);
  }
  if (isStream(source)) return drain(source, field, limit, signal);
  throw refusal(
    field,
    `${field} must be bytes, a Blob, a Response or a ReadableStream, not ${kindOf(source)}.`,
  );
}

async function drain(stream, field, limit, signal) {
  if (stream.locked) throw refusal(field, `The stream that ${field} is was read by somebody else.`);
  const reader = stream.getReader();
  const chunks = [];
  let length = 0;
  try {
    for (;;) {
      const { value, done } = await unlessAborted(reader.read(), signal);
      if (done) break;
      if (!isBytes(value)) throw refusal(field, `The stream that ${field} is has something else than bytes.`);
      const chunk = asBytes(value);
      length += chunk.length;
      if (length > limit) throw tooLarge(field, limit);
      chunks.push(chunk);
    }
  } catch (error) {
    reader.cancel(error).catch(nothing);
    throw error;
  }
  reader.releaseLock();
  if (chunks.length === 1) return chunks[0];
  const all = new Uint8Array(length);
  let at = 0;
  for (let index = 0; index < chunks.length; index++) {
    all.set(chunks[index], at);
    at += chunks[index].length;
    // It need not be there twice longer than necessary.
    chunks[index] = undefined;
  }
  return all;
}

/** Waits, but not for what nobody wants any more. */
function unlessAborted(promise, signal) {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function within(bytes, field, limit) {
  if (bytes.length > limit) throw tooLarge(field, limit);
  return bytes;
}

const tooLarge = (field, limit) => failure("TOO_LARGE", `${field} is larger than ${limit} bytes.`, { field });
