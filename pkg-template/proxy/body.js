// The bytes of a request's body, within the bound.

import { Refusal } from "./refusal.js";

const FIRST_CAPACITY = 64 * 1024;

const tooLarge = (most) => new Refusal(413, `The request is larger than ${most} bytes.`);

/** Refuses what says of itself that it is too large. */
function checkLength(request, most) {
  const stated = request.headers.get("content-length");
  if (stated !== null && !(Number(stated) <= most)) throw tooLarge(most);
}

/**
 * The whole body. Chunks are copied into one buffer that grows by doubling: kept as objects, chunks of one byte would cost hundreds of times
 * their size.
 */
export async function readBody(request, most) {
  checkLength(request, most);
  if (request.body === null) return new Uint8Array(0);
  const reader = request.body.getReader();
  let whole = new Uint8Array(Math.min(FIRST_CAPACITY, most));
  let length = 0;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return whole.subarray(0, length);
    const needed = length + value.length;
    if (needed > most) {
      reader.cancel().catch(() => {});
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
