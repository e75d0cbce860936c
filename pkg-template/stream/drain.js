// What follows the end of a reply. Usually only the end of its body does, some milliseconds later: read to there, the connection can be used
// for the next request, and nobody sees a request that was broken off.

import { cancel, unref } from "../client/promises.js";

const nothing = () => {};

/** Most that is read, and for how long; a sender who goes on is cut off. */
const LIMIT_BYTES = 64 * 1024;
const LIMIT_MS = 1000;
/** For so long the caller waits for the connection, who otherwise opened another one for the request that comes next. */
const HOLD_MS = 50;

/**
 * Reads on in the background.
 *
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader of a body whose reply is complete
 * @returns {Promise<void>} resolves when the connection is free, or soon in any case
 */
export function drain(reader) {
  let isOver = false;
  const over = readOn(reader)
    .then(() => cancel(reader), nothing)
    .then(() => {
      isOver = true;
    });
  return new Promise((resolve) => {
    // Node gives the connection free in the next turn of the event loop. Where there is no such turn none is waited for.
    const { setImmediate = (go) => go() } = globalThis;
    setImmediate(() => {
      // Nearly always: then no timer is needed.
      if (isOver) return resolve();
      const hold = setTimeout(resolve, HOLD_MS);
      const limit = unref(setTimeout(() => cancel(reader), LIMIT_MS));
      over.then(() => {
        clearTimeout(hold);
        clearTimeout(limit);
        setImmediate(resolve);
      });
    });
  });
}

async function readOn(reader) {
  let left = LIMIT_BYTES;
  while (left >= 0) {
    const { done, value } = await reader.read();
    if (done) return;
    left -= value.length;
  }
}
