// Streams and arrays that only JavaScript can make: see src/js/tasks/encode.rs and media_in.rs.

/** Bytes of one view of a large body. */
const PIECE = 256 * 1024;

const pulled = (pull, cancel) => new ReadableStream({ pull, cancel }, { highWaterMark: 0 });

/**
 * Gives a body as a stream, anew each time it is called. `fetch` copies an array whole, and leaves many small buffers of what it reads out
 * of a blob; views of what is there already cost nothing.
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
 * Gives the binding's inputs, anew each time it is called: a blob gives another stream of its bytes, a stream is the same one.
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

/** What a reader goes on to give, behind what it has given already. */
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
