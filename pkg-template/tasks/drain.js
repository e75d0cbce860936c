// A reply's bytes as they come, for whoever reads them without keeping them.

import { asBytes, failure, isBytes, isStream } from "../core.js";

const encoder = new TextEncoder();
const nothing = () => {};

/**
 * Hands over all bytes of a reply, chunk by chunk; the call's limits count.
 *
 * @param {object} call
 * @param {object} reply
 * @param {(chunk: Uint8Array) => void} take
 */
export async function drain(call, reply, take) {
  const { guard, facts } = call;
  // A stand-in may give a finished answer, or a response that has no stream.
  if (!isStream(reply.body)) return take(encoder.encode(await reply.text(guard, facts.maxResponseBytes)));
  if (reply.body.locked) throw failure("INVALID_INPUT", "The reply's body was read by somebody else.");
  const reader = reply.body.getReader();
  let length = 0;
  try {
    for (;;) {
      const { value, done } = await guard.untilRead(reader.read());
      if (done) return;
      if (!isBytes(value)) throw call.malformed("The reply's body is not a stream of bytes.");
      guard.firstByte();
      length += value.byteLength;
      if (length > facts.maxResponseBytes) throw tooLarge(call);
      take(asBytes(value));
    }
  } catch (error) {
    reader.cancel(error).catch(nothing);
    throw error?.name === "WorkersAIError" ? error : guard.broken(error);
  }
}

function tooLarge({ guard, facts }) {
  const message = `The reply is larger than ${facts.maxResponseBytes} bytes. Raise maxResponseBytes.`;
  return failure("TOO_LARGE", message, guard.signed());
}
