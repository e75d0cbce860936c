// Media in the forms in which it is sent; their names are those of src/tasks/media.rs. Each copies the bytes, which may be the caller's.

import { asBase64, asNumbers, encodeBase64, MediaBody, sniff, toNumbers } from "../../kernels/index.js";
import { bytesOf, streamOf } from "./bytes.js";

/** Up to here bytes are held as they are; more of them as a blob, which lies outside of JavaScript's memory and is sent without a copy. */
const SMALL = 64 * 1024;
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

const FORMS = {
  numbers: (bytes, _type, isBinding) => (isBinding ? toNumbers(bytes) : piece([asNumbers(bytes)])),
  base64: (bytes, _type, isBinding) => (isBinding ? encodeBase64(bytes) : piece([asBase64(bytes)])),
  dataURL(bytes, type, isBinding) {
    const begin = `data:${type};base64,`;
    if (isBinding) return begin + encodeBase64(bytes);
    const { form } = asBase64(bytes);
    const quoted = { ...form, begin: `"${begin}`, lengthOf: (bytes) => form.lengthOf(bytes) + begin.length };
    return piece([{ bytes, form: quoted }]);
  },
  wrapped: (bytes, type) => ({ body: encodeBase64(bytes), contentType: type }),
  stream(bytes, type) {
    const blob = new Blob([bytes]);
    return new Streamed(() => blob.stream(), type, true);
  },
  body: (bytes, type) => ({
    value: bytes.length <= SMALL ? bytes.slice() : new Blob([bytes]),
    contentType: type,
  }),
  part: (bytes, type) => new Blob([bytes], { type }),
};

/**
 * Media in a form; a promise where its bytes have to come first.
 *
 * @param {unknown} value the caller's
 * @param {string} form
 * @param {string | undefined} type as it is stated
 * @param {string} field
 * @param {{ isBinding: boolean, signal: AbortSignal }} call
 */
export function inForm(value, form, type, field, { isBinding, signal }) {
  if (form === "stream") {
    const stream = streamOf(value, field);
    // It goes through as it comes, and only once.
    if (stream !== undefined) return passed(stream, type);
  }
  const make = (bytes) => FORMS[form](bytes, type ?? sniff(bytes) ?? UNKNOWN, isBinding);
  const bytes = bytesOf(value, field, signal);
  return bytes instanceof Promise ? bytes.then(make) : make(bytes);
}

function piece(parts) {
  const body = new MediaBody(parts);
  return new JSONPiece(body.length <= SMALL ? body.bytes() : body.blob());
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
