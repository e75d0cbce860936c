/** What becomes of a reply's connection after the end of the reply. */
import { deepEqual, equal, ok } from "./assert.mjs";
import { withClock } from "./clock.mjs";
import { MODELS } from "./doors.mjs";
import { test } from "./harness.mjs";
import { recorder, restClient, streamResponse } from "./stubs.mjs";

const TEXT = 'data: {"response":"Hello"}\n\ndata: [DONE]\n\n';

/** Each test's replies have names of their own on the server, which all programs share. */
const unique = () => Math.random().toString(36).slice(2);

const servedWith = { when: ({ ends }) => ends !== undefined };

/** A client of the server of tests/runner/connections.mjs. */
function connect({ lib, ends }) {
  const baseURL = new URL(ends, globalThis.location?.href).href.replace(/\/$/, "");
  const end = async (...names) => (await fetch(`${baseURL}/end/${names.join(",")}`)).json();
  return { ai: new lib.WorkersAI({ baseURL }), end };
}

const textOf = {
  text: (stream) => stream.text(),
  events: async (stream) => {
    let text = "";
    for await (const event of stream) if (event.type === "text") text += event.text;
    return text;
  },
  final: async (stream) => (await stream.final()).text,
  batches: async (stream) => {
    let text = "";
    for await (const batch of stream.batches())
      for (const event of batch) if (event.type === "text") text += event.text;
    return text;
  },
};

/** The same, but nobody reads on after the end of the answer. */
const textOfLeft = {
  events: async (stream) => {
    let text = "";
    for await (const event of stream) {
      if (event.type === "text") text += event.text;
      if (event.type === "finish") break;
    }
    return text;
  },
  batches: async (stream) => {
    let text = "";
    for await (const batch of stream.batches()) {
      for (const event of batch) if (event.type === "text") text += event.text;
      if (batch.some(({ type }) => type === "finish")) break;
    }
    return text;
  },
  "an iterator that is disposed of": async (stream) => {
    const iterator = stream[Symbol.asyncIterator]();
    let text = "";
    for (let type; type !== "finish"; ) {
      const { value } = await iterator.next();
      ({ type } = value);
      if (type === "text") text += value.text;
    }
    await stream[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]();
    return text;
  },
};

/** The replies that were read to their ends. */
const names = [];

/** Twenty streams one after another, each read by the next one of the readers. */
async function shareConnection(context, readers, open) {
  const { ai } = connect(context);
  const connections = new Set();
  for (let index = 0; index < 20; index++) {
    const read = readers[index % readers.length];
    names.push(unique());
    connections.add(await read(await open(ai, names.at(-1))));
  }
  // A page has used others before. Deno and workerd give a connection free on another thread, when that has time.
  const most = { chromium: 20, deno: 3, workerd: 3 }[context.runtime] ?? 1;
  ok(connections.size <= most, `${connections.size} connections`);
}

const late = (ai, name) => ai.streamText(MODELS.legacy, `late ${name}`);

test(
  "streams one after another share one connection",
  (context) => shareConnection(context, Object.values(textOf), late),
  servedWith,
);

test(
  "so do streams that are left at the event finish",
  (context) => shareConnection(context, Object.values(textOfLeft), late),
  servedWith,
);

/** Left at the finish reason, before `[DONE]`. */
async function chunksUpToReason(stream) {
  for await (const { choices } of stream)
    if (choices[0].finish_reason === "stop") return choices[0].delta.content;
  return undefined;
}

test(
  "so do streams of chunks that are left at the finish reason",
  (context) =>
    shareConnection(context, [chunksUpToReason], (ai, name) =>
      ai.run(MODELS.chat, { prompt: `apart ${name}`, stream: true }),
    ),
  servedWith,
);

test(
  "none of these replies was cut off",
  async (context) => {
    // At last: a request for something else beside them may open a connection.
    const ends = await connect(context).end(...names.splice(0));
    deepEqual(new Set(ends.map(({ cut }) => cut)), new Set([false]));
  },
  servedWith,
);

test(
  "a sender who goes on behind the finish reason is cut off",
  async (context) => {
    const { ai, end } = connect(context);
    const name = unique();
    await chunksUpToReason(await ai.run(MODELS.chat, { prompt: `endless ${name}`, stream: true }));
    deepEqual(await end(name), [{ cut: true }]);
  },
  servedWith,
);

for (const how of ["silent", "chatty"]) {
  test(
    `a server that stays ${how} behind the end is cut off`,
    async (context) => {
      const { ai, end } = connect(context);
      const name = unique();
      await (await ai.streamText(MODELS.legacy, `${how} ${name}`)).text();
      deepEqual(await end(name), [{ cut: true }]);
    },
    servedWith,
  );
}

/** A body that goes on after the reply, read by text(); `state` says what became of it. */
async function readText(lib, more, options) {
  const state = { cancelled: false, pieces: 0 };
  const pieces = function* () {
    yield TEXT;
    for (const piece of more) {
      state.pieces++;
      yield piece;
    }
  };
  const onCancel = () => {
    state.cancelled = true;
  };
  const { fetch } = recorder(() => streamResponse(pieces(), { onCancel, ...options }));
  const stream = await restClient(lib, { fetch }).streamText(MODELS.legacy, "x");
  return { state, reading: stream.text() };
}

test("what follows the end is read, and says nothing", async ({ lib }) => {
  const more = ['data: {"response":"!"}\n\n', ": more", "data: [DONE]\n\n"];
  const { state, reading } = await readText(lib, more);
  equal(await reading, "Hello");
  deepEqual(state, { cancelled: false, pieces: 3 });
});

test("at most 64 KiB of what follows the end are read", async ({ lib }) => {
  const endless = function* () {
    for (;;) yield new Uint8Array(1024);
  };
  const { state, reading } = await readText(lib, endless());
  equal(await reading, "Hello");
  deepEqual(state, { cancelled: true, pieces: 65 });
});

test("a body that stays open holds the caller for an instant, and is cancelled after a second", ({ lib }) =>
  withClock(async ({ pass, waiting }) => {
    const { state, reading } = await readText(lib, [], { open: true });
    let text;
    reading.then((value) => (text = value));
    await pass(0);
    equal(text, undefined);
    await pass(50);
    equal(text, "Hello");
    await pass(949);
    equal(state.cancelled, false);
    await pass(1);
    deepEqual([state.cancelled, waiting()], [true, 0]);
  }));

test("a body that breaks behind the end is no failure", async ({ lib }) => {
  const broken = function* () {
    yield ": more";
    throw new Error("reset");
  };
  const { reading } = await readText(lib, broken());
  equal(await reading, "Hello");
});
