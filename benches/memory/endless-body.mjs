/** A reply of any length, made of a few repeated chunks. */
import { cut } from "../chunking.mjs";
import { PAYLOADS } from "../payloads/index.mjs";

const PER_CHUNK = 100;

/** @param {string} payload */
export function prepare(payload) {
  const { events } = PAYLOADS[payload](20_000);
  const middle = events.slice(1, -2);
  const chunks = [];
  for (let at = 0; at + PER_CHUNK <= middle.length; at += PER_CHUNK) {
    chunks.push(...cut(middle.slice(at, at + PER_CHUNK), Number.POSITIVE_INFINITY));
  }
  return { chunks, end: cut(events.slice(-2), 0) };
}

/**
 * @param {{ chunks: Uint8Array[], end: Uint8Array[] }} prepared
 * @param {number} count number of tokens to send, in chunks of a hundred
 * @param {(sent: number) => void} onPull called before each chunk with the number of tokens sent so far
 */
export function endlessBody({ chunks, end }, count, onPull) {
  let sent = 0;
  return new ReadableStream(
    {
      pull(controller) {
        onPull(sent);
        if (sent < count) {
          // A copy, as from a network, so that readers that keep chunks are detected.
          controller.enqueue(chunks[(sent / PER_CHUNK) % chunks.length].slice());
          sent += PER_CHUNK;
          return;
        }
        for (const chunk of end) controller.enqueue(chunk);
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
