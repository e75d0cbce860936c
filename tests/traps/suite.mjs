/**
 * A bug inside: the wasm traps. The calls that were under way are told so, what else lived there as well, and the same client works at its
 * next call. Apart from the other suites, since here the modules are doctored ones.
 */

import { deepEqual, equal, match, ok, rejects, throws } from "../suite/assert.mjs";
import { run, test } from "../suite/harness.mjs";
import { arm, WHEN } from "./arm.mjs";
import {
  answer,
  chunk,
  clientOf,
  DONE,
  EMBEDDINGS,
  json,
  MODEL,
  rows,
  Socket,
  streamed,
  textOf,
  turn,
  written,
} from "./service.mjs";

const unhandled = [];
globalThis.addEventListener?.("unhandledrejection", ({ reason }) => unhandled.push(reason));
globalThis.process?.on?.("unhandledRejection", (reason) => unhandled.push(reason));

/** The error of a trap. */
async function lost(promise) {
  return checked(await rejects(promise));
}

function checked(error) {
  equal(error.name, "WorkersAIError", String(error?.stack ?? error));
  equal(error.code, "INTERNAL", error.stack);
  equal(error.retryable, false);
  match(error.message, /this call is lost/);
  ok(error.cause instanceof WebAssembly.RuntimeError, `the cause is ${error.cause}`);
  return error;
}

async function works({ slim }) {
  equal((await clientOf(slim, answer("fine")).generateText(MODEL, "x")).text, "fine");
  equal(
    await textOf(await clientOf(slim, streamed(chunk("a"), chunk("b"), DONE)).streamText(MODEL, "x")),
    "ab",
  );
}

for (const [name, when] of Object.entries(WHEN)) {
  test(`a trap in a method, ${name} its work: the call fails, the next one works`, async (t) => {
    const ai = clientOf(t.slim, answer("fine"));
    for (let round = 0; round < 3; round++) {
      arm("core", "workersai_run", when);
      await lost(ai.run(MODEL, { prompt: String(round) }));
      equal((await ai.run(MODEL, { prompt: "x" })).response, "fine");
      await works(t);
    }
  });

  test(`a trap in a poll, ${name} its work: all calls under way fail, the client works`, async (t) => {
    let finished = 0;
    let go;
    const gate = new Promise((resolve) => (go = resolve));
    const ai = clientOf(t.slim, async () => {
      finished++;
      await gate;
      return answer("fine");
    });
    const calls = [ai.generateText(MODEL, "a"), ai.run(MODEL, { prompt: "b" }), ai.streamText(MODEL, "c")];
    const settled = Promise.all(calls.map(lost));
    while (finished < calls.length) await turn();
    arm("core", "poll", when);
    go();
    await settled;
    equal((await ai.generateText(MODEL, "x")).text, "fine");
    await works(t);
  });

  test(`a trap while a client is made, ${name} its work: it is thrown, the next one is made`, async (t) => {
    const ai = clientOf(t.slim, answer("fine"));
    arm("core", "workersai_new", when);
    checked(throws(() => clientOf(t.slim, json({}))));
    equal((await ai.generateText(MODEL, "x")).text, "fine");
    await works(t);
  });

  for (const place of ["engine_open", "engine_select", "engine_feed", "engine_finish"]) {
    test(`a trap of ${place}, ${name} its work: its stream fails, the next one works`, async (t) => {
      let signal;
      const sent = written();
      const ai = clientOf(t.slim, (own) => {
        signal = own;
        return sent.reply();
      });
      const stream = await ai.streamText(MODEL, "x");
      arm("core", place, when);
      sent.write(chunk("a"));
      if (place === "engine_finish") sent.end();
      const error = await lost(textOf(stream));
      if (place === "engine_finish") equal(error.partial.text, "a");
      ok(signal.aborted, "the request is over");
      checked(signal.reason);
      stream.abort();
      await works(t);
    });
  }

  for (const place of ["engine_compact", "engine_whole"]) {
    test(`a trap of ${place}, ${name} its work: a whole answer is lost, the next one comes`, async (t) => {
      const ai = clientOf(t.slim, answer("fine"));
      arm("core", place, when);
      await lost(ai.generateText(MODEL, "x"));
      equal((await ai.generateText(MODEL, "x")).text, "fine");
      await works(t);
    });
  }
}

test("all streams that were open fail with what they had got", async (t) => {
  const sent = [written(), written(), written()];
  const streams = await Promise.all(sent.map(({ reply }) => clientOf(t.slim, reply).streamText(MODEL, "x")));
  const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
  for (const [index, { write }] of sent.entries()) {
    write(chunk(`${index}a`) + chunk(`${index}b`));
    equal((await readers[index].next()).value.text, `${index}a`);
  }
  // What the first two had not read yet was read out when others came.
  equal((await readers[0].next()).value.text, "0b");
  const waiting = readers[0].next();
  arm("core", "engine_feed");
  sent[2].write(chunk("never seen"));
  equal((await readers[2].next()).value.text, "2b");
  const error = await lost(readers[2].next());
  equal(error.partial.text, "2a2b");
  deepEqual(await readers[2].next(), { value: undefined, done: true });
  // Whatever its next chunk says, the first one learns it then.
  sent[0].write(chunk("c"));
  equal((await lost(waiting)).partial.text, "0a0b");
  equal((await readers[1].next()).value.text, "1b");
  const last = readers[1].next();
  sent[1].end();
  equal((await lost(last)).partial.text, "1a1b");
  deepEqual(
    sent.map(({ cancelled }) => cancelled),
    [true, false, true],
  );
  await works(t);
});

test("a stream that waits is told at once when it was the last to read", async (t) => {
  const sent = written();
  const stream = await clientOf(t.slim, sent.reply).streamText(MODEL, "x");
  const reader = stream[Symbol.asyncIterator]();
  sent.write(chunk("a"));
  equal((await reader.next()).value.text, "a");
  const waiting = reader.next();
  arm("core", "workersai_run");
  await lost(clientOf(t.slim, answer("fine")).run(MODEL, { prompt: "y" }));
  equal((await lost(waiting)).partial.text, "a");
  ok(sent.cancelled);
  equal((await reader.next()).done, true);
  await works(t);
});

test("records that were not read are never taken from the new instance", async (t) => {
  const one = written();
  const reader = (await clientOf(t.slim, one.reply).streamText(MODEL, "x"))[Symbol.asyncIterator]();
  one.write(chunk("a").repeat(50));
  equal((await reader.next()).value.text, "a");
  arm("core", "engine_open");
  await lost((await clientOf(t.slim, streamed(DONE)).streamText(MODEL, "x")).text());
  await works(t);
  // They had come all the same.
  equal((await lost(reader.next())).partial.text, "a".repeat(50));
});

const FORMS = {
  text: (stream) => stream.text(),
  final: (stream) => stream.final(),
  async strings(stream) {
    for await (const text of stream.textStream) equal(text, "a");
  },
  async batches(stream) {
    for await (const batch of stream.batches()) ok(batch.length > 0);
  },
  tee: (stream) => stream.tee()[1].text(),
};
for (const [form, read] of Object.entries(FORMS)) {
  test(`the forms of a stream that fails inside: ${form}`, async (t) => {
    const sent = written();
    const stream = await clientOf(t.slim, sent.reply).streamText(MODEL, "x");
    const over = lost(read(stream));
    sent.write(chunk("a"));
    await turn();
    arm("core", "engine_feed", WHEN.behind);
    sent.write(chunk("b"));
    equal(typeof (await over).partial.text, "string");
    await works(t);
  });
}

test("the service's chunks and plain events fail as well", async (t) => {
  const sent = written();
  const chunks = await clientOf(t.slim, sent.reply).run(MODEL, { prompt: "x", stream: true });
  arm("core", "engine_feed");
  sent.write(chunk("a"));
  await lost(chunks[Symbol.asyncIterator]().next());
  arm("core", "engine_feed");
  await lost(t.slim.events(streamed("data: x\n\n")).next());
  await works(t);
});

test("bytes that pass through are not touched", async (t) => {
  const sent = written();
  const stream = await clientOf(t.slim, sent.reply).streamText(MODEL, "x");
  const text = new Response(stream.toReadableStream()).text();
  sent.write(chunk("a"));
  await turn();
  arm("core", "workersai_run");
  await lost(clientOf(t.slim, answer("x")).run(MODEL, { prompt: "z" }));
  sent.write(DONE);
  sent.end();
  equal(await text, chunk("a") + DONE);
});

test("what lived in the lost instance is freed and aborted without effect", async (t) => {
  let signal;
  const sent = written();
  const ai = clientOf(t.slim, (own) => {
    signal = own;
    return sent.reply();
  });
  const stream = await ai.streamText(MODEL, "x");
  const chat = ai.chat;
  arm("core", "workersai_run");
  await lost(ai.run(MODEL, { prompt: "x" }));
  stream.abort(new Error("enough"));
  stream.abort();
  ok(signal.aborted);
  ai.free();
  ai.free();
  await rejects(ai.run(MODEL, { prompt: "x" }), { code: "CONFIG" });
  await rejects(async () => chat.completions.create({ model: MODEL, messages: [] }), { code: "CONFIG" });
  await works(t);
});

for (const [name, when] of Object.entries(WHEN)) {
  for (const place of ["embed", "poll"]) {
    test(`the tasks: a trap of ${place}, ${name} its work, is told, and the next call works`, async (t) => {
      const ai = clientOf(t.slim, rows([1, 2], [3, 4]));
      const embedded = async () => [...(await ai.embed(EMBEDDINGS, ["a", "b"])).data];
      deepEqual(await embedded(), [1, 2, 3, 4]);
      arm("tasks", place, when);
      await lost(ai.embed(EMBEDDINGS, ["a", "b"]));
      deepEqual(await embedded(), [1, 2, 3, 4]);
      await works(t);
    });
  }

  for (const place of ["embedMany", "embedmany_all", "poll"]) {
    test(`the tasks: a trap of ${place}, ${name} its work, in embedMany`, async (t) => {
      const ai = clientOf(t.slim, rows([1, 2]));
      await ai.embed(EMBEDDINGS, "x");
      arm("tasks", place, when);
      await lost(ai.embedMany(EMBEDDINGS, ["a"]));
      deepEqual([...(await ai.embedMany(EMBEDDINGS, ["a"])).data], [1, 2]);
    });
  }
}

for (const module of ["core", "tasks"]) {
  test(`the tasks: a loop that waits is told when the ${module} is lost`, async (t) => {
    let finished = 0;
    const ai = clientOf(t.slim, () => {
      finished++;
      return new Promise(() => {});
    });
    const whole = lost(ai.embedMany(EMBEDDINGS, ["a"]));
    const texts = (async function* () {
      yield "a";
    })();
    const loop = ai.embedMany(EMBEDDINGS, texts)[Symbol.asyncIterator]();
    const step = lost(loop.next());
    while (finished < 2) await turn();
    if (module === "core") arm("core", "workersai_run");
    else arm("tasks", "embed");
    const other = clientOf(t.slim, rows([1, 2]));
    await lost(module === "core" ? other.run(MODEL, { prompt: "x" }) : other.embed(EMBEDDINGS, "x"));
    await whole;
    await step;
    equal((await loop.next()).done, true);
    deepEqual([...(await other.embed(EMBEDDINGS, "x")).data], [1, 2]);
  });
}

test("the tasks: an answer that was being read is lost, and crosses no other", async (t) => {
  const halves = ['{"success":true,"result":{"shape":[1,2],"da', 'ta":[[5,6]]}}'];
  const sent = written("application/json");
  const slow = lost(clientOf(t.slim, sent.reply).embed(EMBEDDINGS, "slow"));
  sent.write(halves[0]);
  await turn();
  const ai = clientOf(t.slim, rows([7, 8]));
  arm("tasks", "embed");
  await lost(ai.embed(EMBEDDINGS, "x"));
  const next = ai.embed(EMBEDDINGS, "x");
  sent.write(halves[1]);
  sent.end();
  deepEqual([...(await next).data], [7, 8]);
  await slow;
});

test("the tasks: a limiter goes on", async ({ slim }) => {
  const fetch = async () => rows([7, 8]);
  const limiter = { requestsPerMinute: 2 };
  const ai = new slim.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, limiter });
  await ai.embed(EMBEDDINGS, "x");
  arm("tasks", "embed");
  await lost(ai.embed(EMBEDDINGS, "x"));
  await ai.embed(EMBEDDINGS, "x");
  const caller = new AbortController();
  const third = ai.embed(EMBEDDINGS, "x", { signal: caller.signal });
  await turn();
  caller.abort();
  await rejects(third, { code: "ABORTED" });
});

test("the tasks: a connection ends, and its socket is closed", async (t) => {
  for (const module of ["tasks", "core"]) {
    const socket = new Socket();
    const ai = new t.slim.WorkersAI({ binding: socket.binding() });
    const connection = await ai.connect("@cf/deepgram/aura-1", { encoding: "linear16" });
    const { closed } = connection;
    const messages = connection[Symbol.asyncIterator]();
    socket.receive('{"type":"Metadata"}');
    equal((await messages.next()).value.type, "Metadata");
    const waiting = lost(messages.next());
    arm(module, module === "core" ? "workersai_run" : "embed");
    const other = clientOf(t.slim, rows([1, 2]));
    await lost(module === "core" ? other.run(MODEL, { prompt: "x" }) : other.embed(EMBEDDINGS, "x"));
    await waiting;
    equal(socket.closedWith, 1000);
    deepEqual(await closed, { code: 1006, reason: "" });
    deepEqual(await connection.closed, { code: 1006, reason: "" });
    checked(throws(() => connection.send("x")));
    connection.close();
    equal(connection.meta, undefined);
    deepEqual([...(await other.embed(EMBEDDINGS, "x")).data], [1, 2]);
  }
});

const OBJECT = { schema: { type: "object" }, prompt: "x" };
const CHAT = "@cf/google/gemma-4-26b-a4b-it";
const content = (text) => `data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`;

for (const [name, when] of Object.entries(WHEN)) {
  for (const place of ["generateObject", "poll"]) {
    test(`the objects: a trap of ${place}, ${name} its work, is told, and the next call works`, async (t) => {
      const ai = clientOf(t.slim, answer({ a: 1 }));
      const object = async () => (await ai.generateObject(CHAT, OBJECT)).object;
      deepEqual(await object(), { a: 1 });
      arm("objects", place, when);
      await lost(ai.generateObject(CHAT, OBJECT));
      deepEqual(await object(), { a: 1 });
      await works(t);
    });
  }

  test(`the objects: a trap in the middle of a stream, ${name} the piece, is told by all that read it`, async (t) => {
    const ai = clientOf(t.slim, () => streamed(content('{"a":'), content("1}"), DONE));
    const stream = await ai.streamObject(CHAT, OBJECT);
    const loop = stream.partials[Symbol.asyncIterator]();
    deepEqual((await loop.next()).value, {});
    const object = lost(stream.object);
    arm("objects", "json_feed", when);
    await lost(loop.next());
    await object;
    equal((await loop.next()).done, true);
    deepEqual(await (await ai.streamObject(CHAT, OBJECT)).object, { a: 1 });
    await works(t);
  });
}

test("the objects: a stream is told when the core is lost, and new ones work", async (t) => {
  const sent = written();
  const ai = clientOf(t.slim, sent.reply, streamed(content('{"a":1}'), DONE));
  const stream = await ai.streamObject(CHAT, OBJECT);
  sent.write(content('{"a":'));
  const loop = stream.partials[Symbol.asyncIterator]();
  deepEqual((await loop.next()).value, {});
  const next = lost(loop.next());
  arm("core", "workersai_run");
  await lost(clientOf(t.slim, answer("x")).run(MODEL, { prompt: "x" }));
  await next;
  ok(sent.cancelled);
  deepEqual(await (await ai.streamObject(CHAT, OBJECT)).object, { a: 1 });
});

const question = (more = {}) =>
  new Request("https://any.example/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ model: MODEL, messages: [{ role: "user", content: "x" }], ...more }),
  });

for (const [name, when] of Object.entries(WHEN)) {
  for (const place of ["exchange_new", "exchange_plan", "exchange_answer", "exchange_head"]) {
    test(`OpenAI's interface: a trap of ${place}, ${name} its work, is a reply, and the next request is answered`, async (t) => {
      const { handler } = t.slim.serveOpenAI(clientOf(t.slim, answer("fine")));
      arm("openai", place, when);
      const failed = await handler(question());
      deepEqual([failed.status, (await failed.json()).error.code], [500, "internal_error"]);
      const { choices } = await (await handler(question())).json();
      equal(choices[0].message.content, "fine");
      await works(t);
    });
  }

  for (const place of ["exchange_feed", "exchange_finish"]) {
    test(`OpenAI's interface: a trap of ${place} in a stream, ${name} its work, breaks it`, async (t) => {
      const sent = written();
      const ai = clientOf(t.slim, sent.reply, streamed(chunk("a"), DONE));
      const { handler } = t.slim.serveOpenAI(ai);
      sent.write(chunk("a"));
      const response = await handler(question({ stream: true }));
      const reader = response.body.getReader();
      match(new TextDecoder().decode((await reader.read()).value), /"content":"a"/);
      const next = reader.read();
      arm("openai", place, when);
      if (place === "exchange_feed") sent.write(chunk("b"));
      else sent.end();
      await lost(next);
      if (place === "exchange_feed") ok(sent.cancelled, "the request is over");
      match(await (await handler(question({ stream: true }))).text(), /"content":"a".*\[DONE\]/s);
      await works(t);
    });
  }
}

test("OpenAI's interface: a stream breaks when the core is lost, and new ones work", async (t) => {
  const sent = written();
  const { handler } = t.slim.serveOpenAI(clientOf(t.slim, sent.reply, streamed(chunk("a"), DONE)));
  sent.write(chunk("a"));
  const reader = (await handler(question({ stream: true }))).body.getReader();
  match(new TextDecoder().decode((await reader.read()).value), /"content":"a"/);
  const next = reader.read();
  arm("core", "workersai_run");
  await lost(clientOf(t.slim, answer("x")).run(MODEL, { prompt: "x" }));
  sent.write(chunk("b"));
  await lost(next);
  ok(sent.cancelled, "the request is over");
  match(await (await handler(question({ stream: true }))).text(), /"content":"a".*\[DONE\]/s);
});

test("the vectors: a trap is told, also by the other indexes; new ones work", ({ slim }) => {
  const make = () => {
    const index = new slim.VectorIndex({ dimensions: 2, metric: "dot" });
    index.add(Float32Array.of(1, 0, 0, 1));
    return index;
  };
  const query = Float32Array.of(0, 1);
  make();
  for (const place of ["vectorindex_search", "vectorindex_add", "vectorindex_new", "vectorindex_serialize"]) {
    for (const when of Object.values(WHEN)) {
      const [one, other] = [make(), make()];
      arm("vectors", place, when);
      checked(
        throws(() => {
          one.search(query, 1);
          one.add(query);
          one.serialize();
          make();
        }),
      );
      checked(throws(() => one.search(query, 1)));
      checked(throws(() => other.add(query)));
      one.free();
      other.free();
      deepEqual(make().search(query, 1), [{ id: 1, score: 1 }]);
    }
  }
});

test("no rejection was left to nobody", async () => {
  await turn();
  deepEqual(unhandled.map(String), []);
});

/**
 * @param {object} slim the entry without wasm, with doctored modules in place
 * @param {string} runtime
 * @param {(line: object) => void} report
 */
export function runTrapSuite(slim, runtime, report) {
  return run({ slim, runtime }, report);
}
