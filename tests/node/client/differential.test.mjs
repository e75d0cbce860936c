// `events()` against eventsource-parser, on random streams cut at random places. A failure names its seed; with DIFFERENTIAL_SEED set
// to it, the same stream comes first.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "eventsource-parser";
import { events } from "workers-ai-wasm";

const STREAMS = 4000;
const FIRST_SEED = Number(process.env.DIFFERENTIAL_SEED ?? 1);

const NAMES = [..."dddddd"].map(() => "data").concat("event", "event", "id", "id", "retry", "retry", "");
const ODD_NAMES = ["foo", "Data", " data", "data ", "dat", "datas", "EVENT", "ids", "re", "\uFEFFdata", "\0"];
const COLONS = [": ", ":", ":  ", "", " :", ":\t"];
const VALUES = [
  "",
  "a",
  "b c",
  "12",
  "007",
  "0",
  "1e3",
  "-1",
  "99999999999999999999",
  "\u0663",
  "[DONE]",
  '{"a":"b"}',
  "a:b",
  "é",
  "日本",
  "🦀",
  "\uFEFF",
  "\0",
  "x\0y",
  "\u2028",
  "data: x",
  "message",
];
const NUMBERS = ["0", "007", "250", "3000", "99999999999999999999"];
const BROKEN = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0xa6], [0x80], [0xed, 0xa0, 0x80], [0xef, 0xbb]];
const ENDS = ["\n", "\n", "\n", "\r\n", "\r\n", "\r"];

const encoder = new TextEncoder();

/** mulberry32: small, and the same everywhere. */
function random(seed) {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function stream(dice) {
  const of = (list) => list[dice(list.length)];
  // Most streams keep to one end of line.
  const usual = of(ENDS);
  const end = () => (dice(8) === 0 ? of(ENDS) : usual);
  const bytes = [];
  const put = (text) => bytes.push(...encoder.encode(text));
  if (dice(4) === 0) put("\uFEFF");
  if (dice(40) === 0) put("\uFEFF");
  for (let lines = dice(30); lines > 0; lines--) {
    if (dice(3) > 0) {
      const name = dice(8) === 0 ? of(ODD_NAMES) : of(NAMES);
      put(name);
      put(dice(3) === 0 ? of(COLONS) : ": ");
      if (name === "retry" && dice(3) > 0) put(of(NUMBERS));
      else {
        for (let values = dice(3); values > 0; values--) {
          if (dice(12) === 0) bytes.push(...of(BROKEN));
          else put(of(VALUES));
        }
      }
    }
    put(end());
  }
  // And most are whole.
  if (dice(4) > 0) put(usual + usual);
  return Uint8Array.from(bytes);
}

function cut(bytes, dice) {
  const longest = [1, 2, 5, 20, 200][dice(5)];
  const pieces = [];
  for (let at = 0; at < bytes.length; ) {
    const len = dice(10) === 0 ? 0 : 1 + dice(longest);
    pieces.push(bytes.subarray(at, at + len));
    at += len;
  }
  return pieces;
}

const body = (pieces) =>
  new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });

async function ours(pieces) {
  const seen = [];
  for await (const event of events(body(pieces))) seen.push(event);
  return seen;
}

/**
 * What eventsource-parser says, in our words.
 *
 * Where the two differ, and why:
 * - It leaves the name of an unnamed event out; the standard's is "message", and so is ours.
 * - Its `id` is what the event's own lines say; the standard's last event id persists, as in ours. It tells of it by `onId`.
 * - It tells of `retry` as soon as the line is read, wherever it stands; we give it with the event in whose lines it stands, the last of
 *   several. So of retries, all that it tells of are compared with the stream's lines, and ours as well.
 */
function theirs(pieces) {
  const seen = [];
  const retries = [];
  let id = "";
  const parser = createParser({
    onEvent: ({ event = "message", data }) => seen.push({ event, data, id }),
    onId: (received) => {
      id = received;
    },
    onRetry: (retry) => retries.push(retry),
  });
  // It strips the mark itself, and the decoder would take a second one.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }));
  parser.feed(decoder.decode());
  return { seen, retries };
}

/** Every `retry` of a stream in the plainest way: all of them, and that of each event. */
function retriesOf(bytes) {
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\n|\r/);
  // What is after the last end of a line is none.
  lines.pop();
  const all = [];
  const ofEvents = [];
  let retry;
  let hasData = false;
  for (const line of lines) {
    if (line === "") {
      if (hasData) ofEvents.push(retry);
      retry = undefined;
      hasData = false;
    } else if (line === "data" || line.startsWith("data:")) {
      hasData = true;
    } else {
      const digits = /^retry: ?([0-9]+)$/.exec(line)?.[1];
      if (digits !== undefined) {
        retry = Number(digits);
        all.push(retry);
      }
    }
  }
  return { all, ofEvents };
}

test("random streams say the same as to eventsource-parser", async () => {
  let delivered = 0;
  let retried = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + STREAMS; seed++) {
    const dice = random(seed);
    const bytes = stream(dice);
    const expected = theirs([bytes]);
    const retries = retriesOf(bytes);
    const how = `seed ${seed}: ${JSON.stringify(new TextDecoder().decode(bytes))}`;
    assert.deepEqual(expected.retries, retries.all, how);
    const wanted = expected.seen.map((event, at) =>
      retries.ofEvents[at] === undefined ? event : { ...event, retry: retries.ofEvents[at] },
    );
    assert.equal(retries.ofEvents.length, wanted.length, how);
    assert.deepEqual(await ours([bytes]), wanted, `in one piece, ${how}`);
    const pieces = cut(bytes, dice);
    assert.deepEqual(await ours(pieces), wanted, `in ${pieces.length} pieces, ${how}`);
    assert.deepEqual(theirs(pieces), expected, `eventsource-parser in pieces, ${how}`);
    delivered += wanted.length;
    retried += retries.all.length;
  }
  // Else the streams would show nothing.
  assert.ok(delivered > STREAMS && retried > STREAMS / 4, `${delivered} events, ${retried} retries`);
});

test("three characters that look like a mark of byte order are none", async () => {
  // eventsource-parser takes texts, and so cannot tell the mark's bytes, read as Latin-1, from these characters. The standard's mark is
  // that of UTF-8 alone: the characters are part of the first line.
  const bytes = encoder.encode("ï»¿data: a\n\ndata: b\n\n");
  assert.deepEqual(await ours([bytes]), [{ event: "message", data: "b", id: "" }]);
  assert.deepEqual(
    theirs([bytes]).seen.map(({ data }) => data),
    ["a", "b"],
  );
});
