/** Splits payloads into network chunks. */

const encoder = new TextEncoder();
const frame = (data) => encoder.encode(`data: ${data}\n\n`);

/** Bytes per chunk; 0 for one event per chunk. */
export const CHUNKINGS = { "1 event": 0, "1 KB": 1024, "16 KB": 16_384, "64 KB": 65_536 };

/**
 * @param {string[]} events
 * @param {number} size one of CHUNKINGS
 * @returns {Uint8Array[]}
 */
export function cut(events, size) {
  if (size === 0) return events.map(frame);
  const all = frame(events.join("\n\ndata: "));
  const chunks = [];
  for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
  return chunks;
}

/**
 * A body like a network's: each pull yields one chunk, and nothing is pulled in advance.
 *
 * @param {Uint8Array[]} chunks
 */
export function bodyOf(chunks) {
  let next = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (next < chunks.length) controller.enqueue(chunks[next++]);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** @param {Uint8Array[]} chunks */
export function responseOf(chunks) {
  return new Response(bodyOf(chunks), { headers: { "content-type": "text/event-stream" } });
}
