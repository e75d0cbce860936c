// Reads a body to its end after the reply is complete. Usually the end follows within milliseconds. A drained
// connection can be used for the next request, and the server does not see an aborted request.

import { cancel, unref } from "../client/promises.js";

const nothing = () => {};

/** Limits on bytes and time; a body that goes on is cancelled. */
const LIMIT_BYTES = 64 * 1024;
const LIMIT_MS = 1000;
/**
 * The caller's last `next()` waits up to this long for the connection, since the next request would otherwise
 * open another one.
 */
const HOLD_MS = 50;

/**
 * Reads on in the background.
 *
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader of a body whose reply is complete
 * @returns {Promise<void>} resolves when the connection is free, and after `HOLD_MS` in any case
 */
export function drain(reader) {
  let isOver = false;
  const over = readOn(reader)
    .then(() => cancel(reader), nothing)
    .then(() => {
      isOver = true;
    });
  return new Promise((resolve) => {
    // Node releases the connection in the next turn of the event loop. Runtimes without `setImmediate` do not
    // wait.
    const { setImmediate = (go) => go() } = globalThis;
    setImmediate(() => {
      // The usual case: no timer is needed.
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
