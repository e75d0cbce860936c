// Faults of a body, as stages that the bytes run through. Stages that know events come first, then cuts, then the size and pace
// of what is left.

import { forever, pause } from "../streams/abort.js";
import { chunksOf, readableFrom } from "../streams/readable.js";

const encoder = new TextEncoder();
/** Bytes delivered by a cut that names no number: more than one event, less than most answers. */
const SOME_BYTES = 64;
const NEWLINE = 10;

const CAPACITY_EVENT =
  'data: {"errors":[{"code":3040,"message":"AiError: Capacity temporarily exceeded, please try again."}]}\n\n';
const GARBAGE_EVENT = 'data: {"response":"unfinished\n\n';
const DONE_EVENT = "data: [DONE]";

/** In this order. Each takes the chunks before it and gives the chunks after it. */
export const STAGES = {
  /** Puts an error into the stream and ends it. */
  async *"error-event"(source, _value, { after }) {
    yield* firstEvents(source, after);
    yield encoder.encode(CAPACITY_EVENT);
  },
  /** Puts an event into the stream that is no JSON. */
  async *garbage(source, _value, { after }) {
    let seen = 0;
    for await (const event of eventsOf(source)) {
      yield event;
      if (++seen === after) yield encoder.encode(GARBAGE_EVENT);
    }
  },
  /** Leaves the end marker out. */
  async *"no-done"(source) {
    const decoder = new TextDecoder();
    for await (const event of eventsOf(source))
      if (!decoder.decode(event).startsWith(DONE_EVENT)) yield event;
  },
  /** Ends lines with CRLF. */
  async *crlf(source) {
    const decoder = new TextDecoder();
    for await (const event of eventsOf(source))
      yield encoder.encode(decoder.decode(event).replaceAll("\n", "\r\n"));
  },
  /** Ends the body cleanly after some bytes. */
  async *truncate(source, value) {
    yield* firstBytes(source, value);
  },
  /** Breaks the connection after some bytes. */
  async *drop(source, value) {
    yield* firstBytes(source, value);
    throw new TypeError("Network connection lost.");
  },
  /** Sends some bytes and then nothing, until the caller gives up. */
  async *stall(source, value, { signal }) {
    yield* firstBytes(source, value);
    await forever(signal);
  },
  /** Cuts the bytes into pieces of this size. */
  async *chunk(source, value) {
    const size = value === true ? 1 : Math.max(1, value);
    for await (const bytes of source)
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  },
  /** Waits this many milliseconds before each piece. */
  async *pace(source, value, { signal }) {
    for await (const bytes of source) {
      await pause(value === true ? 20 : value, signal);
      yield bytes;
    }
  },
};

async function* firstBytes(source, value) {
  let left = value === true ? SOME_BYTES : value;
  if (left === 0) return;
  for await (const bytes of source) {
    yield bytes.subarray(0, left);
    left -= bytes.length;
    if (left <= 0) return;
  }
}

async function* firstEvents(source, count) {
  let seen = 0;
  for await (const event of eventsOf(source)) {
    yield event;
    if (++seen >= count) return;
  }
}

/** Whole events, each with its blank line; what follows the last one comes as it is. */
async function* eventsOf(source) {
  let rest = new Uint8Array(0);
  for await (const bytes of source) {
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    let from = 0;
    for (let at = Math.max(1, rest.length); at < joined.length; at++) {
      if (joined[at] !== NEWLINE || joined[at - 1] !== NEWLINE) continue;
      yield joined.subarray(from, at + 1);
      from = at + 1;
      at += 1;
    }
    rest = joined.subarray(from);
  }
  if (rest.length > 0) yield rest;
}

/** The response with the body faults applied, if there are any. */
export function withBodyFaults(response, faults, signal) {
  const names = Object.keys(STAGES).filter((name) => faults[name] !== undefined);
  if (names.length === 0 || !response.body) return response;
  const { body, status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const produce = (bodySignal) =>
    names.reduce(
      (source, name) => STAGES[name](source, faults[name], { after: faults.after ?? 1, signal: bodySignal }),
      chunksOf(body),
    );
  return new Response(readableFrom(produce, { signal }), { status, statusText, headers });
}
