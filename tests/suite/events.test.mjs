/** `events()`: the general reader of event streams, against the standard. */
import { deepEqual, equal, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { streamResponse } from "./stubs.mjs";

const encoder = new TextEncoder();

const message = (data, more) => ({ event: "message", data, id: "", ...more });

/** @type {[string, string | Uint8Array, object[]][]} */
const CASES = [
  ["nothing", "", []],
  ["one event", "data: a\n\n", [message("a")]],
  [
    "one space after the colon is not data, a second one is",
    "data:a\n\ndata:  b\n\n",
    [message("a"), message(" b")],
  ],
  ["several data lines are joined", "data: a\ndata\ndata: b\n\n", [message("a\n\nb")]],
  ["an empty data line is an event", "data\n\ndata:\n\n", [message(""), message("")]],
  ["an event without data is none", "event: x\nid: 1\n\ndata: a\n\n", [message("a", { id: "1" })]],
  [
    "the event's name holds for one event",
    "event: x\ndata: a\n\ndata: b\n\n",
    [message("a", { event: "x" }), message("b")],
  ],
  [
    "the last id persists, an empty one clears it",
    "id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
    [message("a", { id: "7" }), message("b", { id: "7" }), message("c")],
  ],
  [
    "an id with NUL is ignored",
    "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n",
    [message("a", { id: "1" }), message("b", { id: "1" })],
  ],
  [
    "retry is digits only, and on its own event",
    "retry: 250\ndata: a\n\nretry: 1s\ndata: b\n\n",
    [message("a", { retry: 250 }), message("b")],
  ],
  ["comments and unknown fields are skipped", ": hi\n:\nfoo: 1\ndata: a\n\n", [message("a")]],
  [
    "CRLF, CR and LF end lines, mixed",
    "data: a\r\n\r\ndata: b\r\rdata: c\n\ndata: d\r\n\ndata: e\n\r\n",
    [message("a"), message("b"), message("c"), message("d"), message("e")],
  ],
  [
    "one byte order mark is skipped, at the start only",
    "\uFEFFdata: a\n\n\uFEFFdata: b\n\ndata: \uFEFFc\n\n",
    [message("a"), message("\uFEFFc")],
  ],
  ["an unterminated event is dropped", "data: a\n\ndata: b\n", [message("a")]],
  ["characters of two, three and four bytes", "data: é日🦊\n\n", [message("é日🦊")]],
  [
    "invalid bytes become replacement characters",
    new Uint8Array([...encoder.encode("data: a"), 0xff, 0xc3, ...encoder.encode("b\n\n")]),
    [message("a\uFFFD\uFFFDb")],
  ],
  ["NUL in data stays", "data: a\0b\n\n", [message("a\0b")]],
  ["field names are exact", "Data: a\n data: b\ndata : c\ndata: d\n\n", [message("d")]],
];

async function read(lib, pieces) {
  const seen = [];
  for await (const event of lib.events(streamResponse(pieces).body)) seen.push({ ...event });
  return seen;
}

const bytesOf = (source) => (typeof source === "string" ? encoder.encode(source) : source);

for (const [name, source, expected] of CASES) {
  test(`events(): ${name}`, async ({ lib }) => {
    const bytes = bytesOf(source);
    deepEqual(await read(lib, bytes.length > 0 ? [bytes] : []), expected, "whole");
    deepEqual(
      await read(
        lib,
        Array.from(bytes, (byte) => Uint8Array.of(byte)),
      ),
      expected,
      "byte by byte",
    );
    for (let at = 1; at < bytes.length; at++) {
      deepEqual(await read(lib, [bytes.subarray(0, at), bytes.subarray(at)]), expected, `cut at ${at}`);
    }
  });
}

test("events(): a data line of a megabyte", async ({ lib }) => {
  const long = "é".repeat(500_000);
  const [event] = await read(lib, [`data: ${long.slice(0, 1000)}`, `${long.slice(1000)}\n\n`]);
  equal(event.data, long);
});

test("events(): an event over maxEventBytes is TOO_LARGE", async ({ lib }) => {
  const events = lib.events(streamResponse([`data: ${"x".repeat(2000)}\n\n`]).body, { maxEventBytes: 1000 });
  await rejects(
    async () => {
      for await (const _event of events);
    },
    { code: "TOO_LARGE" },
  );
});

test("events(): a bound beyond what can be counted is the largest one, and Infinity is none", async ({
  lib,
}) => {
  for (const maxEventBytes of [2 ** 32, 2 ** 32 + 5, 1e300, Number.POSITIVE_INFINITY]) {
    const { body } = streamResponse([`data: ${"x".repeat(2000)}\n\n`]);
    let count = 0;
    for await (const { data } of lib.events(body, { maxEventBytes })) count += data.length;
    equal(count, 2000, String(maxEventBytes));
  }
});

test("events(): leaving the loop cancels the source", async ({ lib }) => {
  let cancelled = 0;
  const { body } = streamResponse(["data: a\n\n"], { open: true, onCancel: () => (cancelled += 1) });
  for await (const event of lib.events(body)) {
    equal(event.data, "a");
    break;
  }
  equal(cancelled, 1);
});

test("events(): two readers in turns do not mix", async ({ lib }) => {
  const source = (name) => streamResponse([`id: ${name}\ndata: ${name}1`, "\n\ndata: ", `${name}2\n\n`]).body;
  const [a, b] = ["a", "b"].map((name) => lib.events(source(name))[Symbol.asyncIterator]());
  const seen = [];
  for (const reader of [a, b, a, b, a, b]) seen.push((await reader.next()).value);
  deepEqual(
    seen.map((event) => event && `${event.id}:${event.data}`),
    ["a:a1", "b:b1", "a:a2", "b:b2", undefined, undefined],
  );
});

test("events(): a stand-in whose reader gives no promises", async ({ lib }) => {
  const steps = ["a", "b", "c"].map((data) => ({ done: false, value: encoder.encode(`data: ${data}\n\n`) }));
  const reader = { read: () => steps.shift() ?? { done: true }, cancel() {}, releaseLock() {} };
  const received = [];
  for await (const { data } of lib.events({ locked: false, getReader: () => reader })) received.push(data);
  deepEqual(received, ["a", "b", "c"]);
});

test("events(): a stand-in whose reader throws", async ({ lib }) => {
  const refuse = () => {
    throw new Error("no");
  };
  const reader = { read: refuse, cancel: refuse, releaseLock() {} };
  const reading = lib.events({ locked: false, getReader: () => reader })[Symbol.asyncIterator]();
  const error = await rejects(reading.next(), { code: "NETWORK" });
  equal(error.cause.message, "no");
});
