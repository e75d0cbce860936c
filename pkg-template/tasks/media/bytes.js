// The bytes of media, whatever the caller has them in.

import { asBytes, isBytes, isResponse, isStream, refusal, tagOf } from "../../core.js";
import { collect, decodeBase64 } from "../../kernels/index.js";

/** See `MOST_BYTES` in src/tasks/media.rs. */
const MOST_BYTES = 100 * 1024 * 1024;

/**
 * Bytes at once where they are at hand, else a promise of them. What is given may be the caller's own.
 *
 * @param {unknown} value
 * @param {string} field the input that it is, for messages
 * @param {AbortSignal} signal
 * @returns {Uint8Array | Promise<Uint8Array>}
 */
export function bytesOf(value, field, signal) {
  if (isBytes(value)) return checked(unshared(asBytes(value)), field);
  if (typeof value === "string") return checked(decodeBase64(value, field), field);
  if (Array.isArray(value)) return checked(fromNumbers(value, field), field);
  return collected(value, field, signal);
}

/** The stream that a value is or has, or undefined. */
export function streamOf(value, field) {
  const stream = isResponse(value) ? value.body : value;
  if (!isStream(stream)) return undefined;
  if (stream.locked || value.bodyUsed) {
    throw refusal(field, `The stream that ${field} is was read by somebody else.`);
  }
  return stream;
}

async function collected(value, field, signal) {
  if (value?.bodyUsed) throw refusal(field, `The Response that ${field} is was read by somebody else.`);
  let bytes;
  try {
    bytes = await collect(value, { field, limit: MOST_BYTES, signal });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause?.code === "TOO_LARGE") throw tooLarge(field);
    if (cause?.name === "WorkersAIError") throw cause;
    const error = refusal(field, `${field} could not be read; cause has its error.`);
    Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true });
    throw error;
  }
  return checked(bytes, field);
}

function checked(bytes, field) {
  if (bytes.length === 0) throw refusal(field, `${field} is empty.`);
  if (bytes.length > MOST_BYTES) throw tooLarge(field);
  return bytes;
}

const tooLarge = (field) => refusal(field, `${field} has more than 100 MiB, which no model takes.`);

/** The platform takes no memory that others may write to. */
const unshared = (bytes) => (tagOf(bytes.buffer) === "SharedArrayBuffer" ? bytes.slice() : bytes);

function fromNumbers(numbers, field) {
  const bytes = new Uint8Array(numbers.length);
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at];
    bytes[at] = number;
    if (bytes[at] !== number) {
      throw refusal(field, `${field} has numbers that are no bytes: whole ones from 0 to 255.`);
    }
  }
  return bytes;
}
