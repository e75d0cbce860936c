// Reads the body of a request, up to the limit.

import { Refusal } from "./refusal.js";

const FIRST_CAPACITY = 64 * 1024;

const tooLarge = (most) => new Refusal(413, `The request is larger than ${most} bytes.`);

/** Rejects a request whose `content-length` exceeds the limit. */
function checkLength(request, most) {
  const stated = request.headers.get("content-length");
  if (stated !== null && !(Number(stated) <= most)) throw tooLarge(most);
}

/**
 * Reads the whole body. Chunks are copied into one buffer that grows by doubling: chunks of one byte each
 * would cost hundreds of times their size as objects.
 */
export async function readBody(request, most) {
  checkLength(request, most);
  if (request.bodyUsed)
    throw new TypeError("The request's body was read before the proxy got it: read that of request.clone().");
  if (request.body === null) return new Uint8Array(0);
  const { read, cancel } = readerOf(request.body);
  let whole = new Uint8Array(Math.min(FIRST_CAPACITY, most));
  let length = 0;
  for (;;) {
    const { value, done } = await read().catch(() => {
      // The sender has aborted the request.
      throw new Refusal(400, "The request's body could not be read to its end.");
    });
    if (done) return whole.subarray(0, length);
    const needed = length + value.length;
    if (needed > most) {
      cancel().catch(() => {});
      throw tooLarge(most);
    }
    if (needed > whole.length) {
      const larger = new Uint8Array(Math.min(Math.max(needed, whole.length * 2), most));
      larger.set(whole.subarray(0, length));
      whole = larger;
    }
    whole.set(value, length);
    length = needed;
  }
}

/** Minimum number of bytes per read in Workers. */
const PIECE = 64 * 1024;

/**
 * A reader of the body. In Workers each read takes a turn of the event loop and returns the connection's last
 * chunk: chunks of one byte would take minutes. Their byte reader can wait for a minimum.
 */
function readerOf(body) {
  const reader = bytesReader(body) ?? body.getReader();
  const read = () =>
    reader.readAtLeast === undefined ? reader.read() : reader.readAtLeast(PIECE, new Uint8Array(PIECE));
  return { read, cancel: () => reader.cancel() };
}

function bytesReader(body) {
  // Only Workers has `readAtLeast`.
  if (globalThis.ReadableStreamBYOBReader?.prototype.readAtLeast === undefined) return undefined;
  try {
    return body.getReader({ mode: "byob" });
  } catch {
    return undefined; // Not a byte stream.
  }
}
