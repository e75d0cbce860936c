// The body of a request with media in it. `fetch` copies what it is given whole, and leaves many small buffers of what it reads out of a
// blob: so a large body is one array, and `fetch` gets a stream of views into it, where it takes streams.

import { MediaBody } from "../../kernels/index.js";

/** From this size on a body is a stream, or a blob, which lies outside of JavaScript's memory. */
const LARGE = 4 * 1024 * 1024;
const PIECE = 256 * 1024;

const encoder = new TextEncoder();

/**
 * Media as JSON text, made at once.
 *
 * @param {{ bytes: Uint8Array, form: object }} part
 * @param {boolean} streams whether the `fetch` that gets it takes streams
 * @returns {Uint8Array | Blob}
 */
export function pieceOf(part, streams) {
  const piece = new MediaBody([part]);
  return piece.length < LARGE || streams ? piece.bytes() : piece.blob();
}

/**
 * A body of pieces.
 *
 * @param {(string | Uint8Array | Blob)[]} parts
 * @param {boolean} streams
 * @returns {{ value: unknown, headers?: object }} a stream is made anew each time that `value` is looked at
 */
export function bodyOf(parts, streams) {
  if (parts.some((part) => part instanceof Blob)) return { value: new Blob(parts) };
  const all = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const length = all.reduce((sum, part) => sum + part.length, 0);
  if (length < LARGE) return { value: joined(all, length) };
  if (!streams) return { value: new Blob(all) };
  return {
    get value() {
      return streamOf(all);
    },
    headers: { "content-length": String(length) },
  };
}

function joined(parts, length) {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The bytes themselves, view by view. */
function streamOf(parts) {
  const views = viewsOf(parts);
  return new ReadableStream(
    {
      pull(controller) {
        const { value, done } = views.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

function* viewsOf(parts) {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE);
  }
}

/**
 * Does the `fetch` of a client take streams? Those of Node, Bun and Deno do, over every version of HTTP, and let their length be told.
 * One of the caller's own may not.
 */
export function takesStreams({ fetch }) {
  const isWorker = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  return fetch === undefined && !isWorker && typeof globalThis.process?.versions?.node === "string";
}
