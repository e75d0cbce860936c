// Faults of a body, as stages that transform its bytes. Stages that parse events come first, then cuts,
// then size and pace.

import { ServiceError } from "../errors.js";
import { forever, pause } from "../streams/abort.js";
import { Answer } from "../streams/answer.js";
import { ConnectionFault } from "./connection.js";
import { errorEvent } from "./events.js";

const encoder = new TextEncoder();
/** Bytes that a cut without a number delivers: more than one event, less than most answers. */
const SOME_BYTES = 64;
const NEWLINE = 10;

const CAPACITY = 3040;
/** A byte that never occurs in UTF-8. */
const NO_UTF8 = 0xff;
const GARBAGE_EVENT = 'data: {"response":"unfinished\n\n';
const DONE_EVENT = "data: [DONE]";

/** In this order. Each stage reads the chunks of the one before. */
export const STAGES = {
  /** Puts an error into the stream and ends it. */
  async *"error-event"(source, value, { after, eventShape }) {
    yield* firstEvents(source, after);
    const error = new ServiceError(value === true ? CAPACITY : value);
    yield encoder.encode(errorEvent(error, eventShape));
  },
  /** Inserts an event that is not JSON. */
  async *garbage(source, _value, { after }) {
    let seen = 0;
    for await (const event of eventsOf(source)) {
      yield event;
      if (++seen === after) yield encoder.encode(GARBAGE_EVENT);
    }
  },
  /** Omits the end marker. */
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
  /** Enlarges the body by this many bytes: with an event in a stream, otherwise with leading blanks. */
  async *huge(source, value, { type }) {
    const size = value === true ? 1024 * 1024 : value;
    const isStream = type.startsWith("text/event-stream");
    yield encoder.encode(
      isStream ? `data: ${JSON.stringify({ response: "x".repeat(size) })}\n\n` : " ".repeat(size),
    );
    yield* source;
  },
  /** Inserts a byte that is not UTF-8 after some bytes. */
  async *"invalid-utf8"(source, value) {
    let left = value === true ? SOME_BYTES : value;
    for await (const bytes of source) {
      if (left >= 0 && left <= bytes.length) {
        yield bytes.subarray(0, left);
        yield Uint8Array.of(NO_UTF8);
        yield bytes.subarray(left);
      } else yield bytes;
      left -= bytes.length;
    }
  },
  /** Sends this many meaningless bytes instead of the body. */
  async *noise(_source, value) {
    const size = value === true ? SOME_BYTES : value;
    yield Uint8Array.from({ length: size }, (_, index) => (index * 181 + 151) & 0xff);
  },
  /** Ends the body cleanly after some bytes. */
  async *truncate(source, value) {
    yield* firstBytes(source, value);
  },
  /** Breaks the connection after some bytes. */
  async *drop(source, value) {
    yield* firstBytes(source, value);
    throw new ConnectionFault();
  },
  /** The same with a reset, which also discards bytes in transit. */
  async *reset(source, value) {
    yield* firstBytes(source, value);
    throw new ConnectionFault({ isReset: true });
  },
  /** Sends some bytes and then nothing, until the caller aborts. */
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

/** Complete events, each with its blank line; bytes after the last one are passed on. */
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

/** The bytes of an answer, whole or not. */
export async function* chunksIn({ body, isStream }, signal) {
  if (isStream) yield* body(signal);
  else if (body !== null) yield typeof body === "string" ? encoder.encode(body) : body;
}

/** Applies the faults, if there are any, to a body. */
export function addBodyFaults(answer, faults) {
  const names = Object.keys(STAGES).filter((name) => faults[name] !== undefined);
  if (names.length === 0 || answer.body === null) return;
  const source = new Answer(answer.body);
  const about = {
    after: faults.after ?? 1,
    eventShape: faults["event-shape"],
    type: answer.headers["content-type"] ?? "",
  };
  if (!faults.sized) delete answer.headers["content-length"];
  answer.body = (signal) =>
    names.reduce(
      (chunks, name) => STAGES[name](chunks, faults[name], { ...about, signal }),
      chunksIn(source, signal),
    );
}
