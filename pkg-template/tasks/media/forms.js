// Media in the forms in which it is sent; their names are those of src/tasks/media.rs. Each copies the bytes, which may be the caller's.

import { isBytes } from "../../core.js";
import { asBase64, asNumbers, encodeBase64, sniff, toNumbers } from "../../kernels/index.js";
import { pieceOf } from "./body.js";
import { bytesOf, streamOf } from "./bytes.js";

const UNKNOWN = "application/octet-stream";

/** JSON text as bytes or as a blob, in the place of a value. */
export class JSONPiece {
  constructor(content) {
    this.content = content;
  }
}

/** A stream with its type, for the binding; `open` gives the stream, more than once if `replayable`. */
export class Streamed {
  constructor(open, contentType, replayable) {
    this.open = open;
    this.contentType = contentType;
    this.replayable = replayable;
  }
}

/** On the binding and in forms: what is made copies the bytes. */
const MADE = {
  numbers: (bytes) => toNumbers(bytes),
  base64: (bytes) => encodeBase64(bytes),
  dataURL: (bytes, type) => `data:${type};base64,${encodeBase64(bytes)}`,
  wrapped: (bytes, type) => ({ body: encodeBase64(bytes), contentType: type }),
  stream(bytes, type) {
    const blob = new Blob([bytes]);
    return new Streamed(() => blob.stream(), type, true);
  },
  part: (bytes, type) => new Blob([bytes], { type }),
};

/** Over HTTP; the same holds. */
const SENT = {
  numbers: (bytes, _type, streams) => new JSONPiece(pieceOf(asNumbers(bytes), streams)),
  base64: (bytes, _type, streams) => new JSONPiece(pieceOf(asBase64(bytes), streams)),
  dataURL(bytes, type, streams) {
    const begin = `data:${type};base64,`;
    const { form } = asBase64(bytes);
    const lengthOf = (bytes) => form.lengthOf(bytes) + begin.length;
    return new JSONPiece(pieceOf({ bytes, form: { ...form, begin: `"${begin}`, lengthOf } }, streams));
  },
  body: (bytes, type) => ({ bytes, contentType: type }),
};

/**
 * Media in a form; a promise where its bytes have to come first.
 *
 * @param {unknown} value the caller's
 * @param {string} form
 * @param {string | undefined} type as it is stated
 * @param {string} field
 * @param {{ isBinding: boolean, signal: AbortSignal, streams: boolean }} call
 */
export function inForm(value, form, type, field, { isBinding, signal, streams }) {
  if (form === "stream") {
    const stream = streamOf(value, field);
    // It goes through as it comes, and only once.
    if (stream !== undefined) return passed(stream, type);
  }
  const made = isBinding ? MADE[form] : (SENT[form] ?? MADE[form]);
  const make = (bytes) => {
    // A body is the bytes themselves: those of the caller's are copied.
    const own = form === "body" && isBytes(value) ? bytes.slice() : bytes;
    return made(own, type ?? sniff(bytes) ?? UNKNOWN, streams);
  };
  const bytes = bytesOf(value, field, signal);
  return bytes instanceof Promise ? bytes.then(make) : make(bytes);
}

/** A stream as it is. Its type is what its first bytes are, if nobody has said it. */
async function passed(stream, type) {
  if (type !== undefined) return new Streamed(() => stream, type, false);
  const reader = stream.getReader();
  const first = await reader.read();
  const whole = new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      start(controller) {
        if (first.done) controller.close();
        else controller.enqueue(first.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const known = ArrayBuffer.isView(first.value) ? sniff(first.value) : undefined;
  return new Streamed(() => whole, known ?? UNKNOWN, false);
}
