// An answer that is media: bytes, or base64 in JSON, which goes from the reply's bytes straight to those of the media.

import { asBytes, failure, isBytes, isStream, JSON_BODY, opened, PAGE_BODY } from "../../core.js";
import { Base64Reader, sniff } from "../../kernels/index.js";
import { Media } from "./media.js";

const encoder = new TextEncoder();
const nothing = () => {};
const OPENING_BRACE = 0x7b;
const UNKNOWN = "application/octet-stream";

/**
 * @param {object} call
 * @param {object} reply
 * @param {string} payload the members of JSON that are media, parted by commas
 * @returns {Promise<{ media: Media | undefined, rest: string, raw: unknown }>} no media if there was none in the JSON
 */
export async function takeMedia(call, reply, payload) {
  const names = payload.split(",");
  let reader = null;
  try {
    await readAll(call, reply, (chunk) => {
      reader ??= readerFor(call, reply, names, chunk);
      reader.push(chunk);
    });
  } catch (error) {
    reader?.close();
    throw error;
  }
  if (reader === null) throw call.malformed("The reply is empty. Ask again.");
  const rest = reader.finish();
  const stated = reply.response === null ? undefined : reply.header("content-type");
  if (!(reader instanceof Base64Reader))
    return { media: mediaOf(reader.bytes(), stated), rest: "null", raw: undefined };
  const answer = opened(call, reply, rest);
  const raw = JSON.parse(answer);
  if (!reader.found) return { media: undefined, rest: answer, raw };
  const bytes = reader.bytes();
  if (bytes.length === 0) return { media: undefined, rest: "{}", raw };
  const prefix = prefixOf(raw, names);
  return { media: mediaOf(bytes, prefix), rest: answer, raw };
}

/** Takes the place of the media out of what the service said; what was left of a data URL tells the type. */
function prefixOf(raw, names) {
  for (const name of names) {
    if (typeof raw?.[name] !== "string") continue;
    const prefix = raw[name];
    delete raw[name];
    return /^data:([^;,]+)/i.exec(prefix)?.[1];
  }
  return undefined;
}

function mediaOf(bytes, stated) {
  const told = stated?.split(";")[0].trim() || undefined;
  const known = sniff(bytes);
  if (known !== undefined) return new Media(bytes, known);
  // What is no known kind of file may still be sound without a header, whose parameters say how to play it.
  return new Media(bytes, told === undefined || /json/i.test(told) ? UNKNOWN : stated.trim());
}

function readerFor(call, reply, names, chunk) {
  if (reply.response !== null && reply.media === PAGE_BODY) {
    throw call.malformed("A web page came instead of an answer. Check baseURL.");
  }
  const isJSON = reply.response === null ? chunk[0] === OPENING_BRACE : reply.media === JSON_BODY;
  const size = Number(reply.header("content-length")) || 0;
  return isJSON ? new Base64Reader(names, Math.min(size, call.facts.maxResponseBytes)) : new Pieces();
}

/** Bytes that come in pieces. */
class Pieces {
  #pieces = [];
  #length = 0;

  push(chunk) {
    this.#pieces.push(chunk);
    this.#length += chunk.length;
  }

  finish() {
    return "";
  }

  close() {
    this.#pieces = [];
  }

  bytes() {
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}

/** All bytes of a reply, chunk by chunk, under the limits of its call. */
async function readAll(call, reply, take) {
  const { guard, facts } = call;
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
      if (value.byteLength > 0) take(asBytes(value));
    }
  } catch (error) {
    reader.cancel(error).catch(nothing);
    if (error?.name !== "WorkersAIError") throw guard.broken(error);
    error.attempts ??= guard.attempts;
    error.requestId ??= guard.requestId;
    throw error;
  }
}

function tooLarge({ guard, facts }) {
  const message = `The reply is larger than ${facts.maxResponseBytes} bytes. Raise maxResponseBytes.`;
  return failure("TOO_LARGE", message, guard.signed());
}
