// Streams and arrays that only JavaScript can construct: see src/js/tasks/encode.rs and media_in.rs.

/** Bytes per view of a large body. */
const PIECE = 256 * 1024;

const pulled = (pull, cancel) => new ReadableStream({ pull, cancel }, { highWaterMark: 0 });

/**
 * Returns a function that creates a body as a stream on each call. `fetch` copies an array completely, and
 * allocates many small buffers when it reads a blob; views of existing bytes cost nothing.
 *
 * @param {Uint8Array[]} parts
 */
export const streamMaker = (parts) => () => {
  const views = viewsOf(parts);
  return pulled((controller) => {
    const { value, done } = views.next();
    if (done) controller.close();
    else controller.enqueue(value);
  });
};

function* viewsOf(parts) {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE);
  }
}

/**
 * Returns a function that creates the binding's inputs on each call: a blob yields a new stream of its bytes,
 * a stream is the same one.
 *
 * @param {object} inputs
 * @param {{ name: string, body: Blob | ReadableStream, contentType: string }[]} streams
 */
export const inputsMaker = (inputs, streams) => () => {
  const members = streams.map(({ name, body, contentType }) => [
    name,
    { body: typeof body.getReader === "function" ? body : body.stream(), contentType },
  ]);
  return { ...inputs, ...Object.fromEntries(members) };
};

/** A stream of the chunks in `first`, then of the rest of a reader. */
export function resumed(reader, first) {
  let pending = first;
  const next = async (controller) => {
    const { value, done } = pending ?? (await reader.read());
    pending = undefined;
    if (done) controller.close();
    else controller.enqueue(value);
  };
  return pulled(next, (reason) => reader.cancel(reason));
}

/** Bytes as an array of numbers. A loop: spreading them, or `Array.from`, takes six times as long. */
export function numbersOf(bytes) {
  const numbers = new Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) numbers[at] = bytes[at];
  return numbers;
}
