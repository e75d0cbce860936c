// A bug inside: the wasm traps. The call that met it is told so, what else lived there as well, and the next one works.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { inspect } from "node:util";
import { events, initSync, isWorkersAIError, VectorIndex, WorkersAI } from "workers-ai-wasm/slim";
import { arm, doctored } from "./doctored.mjs";

const MODEL = "@cf/a/b";
const EMBEDDINGS = "@cf/baai/bge-base-en-v1.5";
const WHEN = { before: 1, behind: 2 };

const encoder = new TextEncoder();
const turn = () => new Promise(setImmediate);
const chunk = (text) => `data: ${JSON.stringify({ response: text })}\n\n`;
const DONE = "data: [DONE]\n\n";
const json = (value) =>
  new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });

before(() => {
  initSync(doctored("wasm"), { tasks: doctored("wasm/tasks"), vectors: doctored("wasm/vectors") });
});

/** A client whose service gives these replies, the last one again and again. */
function client(...replies) {
  let at = 0;
  const fetch = async (_url, { signal }) => {
    const reply = replies[Math.min(at++, replies.length - 1)];
    return typeof reply === "function" ? reply(signal) : reply.clone();
  };
  return new WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
}

/** A reply that is written by the test: `{ reply, write, end, cancelled }`. */
function written() {
  let controller;
  const sent = { cancelled: false };
  const body = new ReadableStream({
    start(own) {
      controller = own;
    },
    cancel() {
      sent.cancelled = true;
    },
  });
  const reply = () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  const write = (text) => controller.enqueue(encoder.encode(text));
  return Object.assign(sent, { reply, write, end: () => controller.close() });
}

const streamed = (...texts) => {
  const { reply, write, end } = written();
  for (const text of texts) write(text);
  end();
  return reply();
};

/** The error of a trap. */
async function lost(promise) {
  const error = await promise.then(
    () => assert.fail("it was not rejected"),
    (error) => error,
  );
  return checked(error);
}

function checked(error) {
  assert.ok(isWorkersAIError(error), inspect(error));
  assert.equal(error.code, "INTERNAL");
  assert.equal(error.retryable, false);
  assert.match(error.message, /this call is lost/);
  assert.ok(error.cause instanceof WebAssembly.RuntimeError);
  return error;
}

async function textOf(stream) {
  let text = "";
  for await (const event of stream) if (event.type === "text") text += event.text;
  return text;
}

const works = async () => {
  assert.equal(
    (await client(json({ success: true, result: { response: "fine" } })).generateText(MODEL, "x")).text,
    "fine",
  );
  const stream = await client(streamed(chunk("a"), chunk("b"), DONE)).streamText(MODEL, "x");
  assert.equal(await textOf(stream), "ab");
};

for (const [name, when] of Object.entries(WHEN)) {
  test(`a trap of the core, ${name} its work: the call fails, the next one works`, async () => {
    const ai = client(json({ success: true, result: { response: "fine" } }));
    for (let round = 0; round < 3; round++) {
      arm("core", when);
      await lost(ai.run(MODEL, { prompt: String(round) }, { timeout: 1000 + round }));
      assert.equal((await ai.run(MODEL, { prompt: "x" })).response, "fine");
      await works();
    }
  });

  for (const place of ["engine_open", "engine_select", "engine_feed", "engine_finish"]) {
    test(`a trap of ${place}, ${name} its work: its stream fails, the next one works`, async () => {
      let signal;
      const sent = written();
      const ai = client((own) => {
        signal = own;
        return sent.reply();
      });
      const stream = await ai.streamText(MODEL, "x");
      arm(place, when);
      sent.write(chunk("a"));
      if (place === "engine_finish") sent.end();
      const error = await lost(textOf(stream));
      if (place === "engine_finish") assert.equal(error.partial.text, "a");
      assert.ok(signal.aborted, "the request is over");
      await works();
    });
  }

  for (const place of ["engine_compact", "engine_whole"]) {
    test(`a trap of ${place}, ${name} its work: a whole answer is lost, the next one comes`, async () => {
      const ai = client(json({ success: true, result: { response: "fine" } }));
      arm(place, when);
      await lost(ai.generateText(MODEL, "x"));
      assert.equal((await ai.generateText(MODEL, "x")).text, "fine");
      await works();
    });
  }
}

test("all streams that were open fail with what they had got", async () => {
  const sent = [written(), written(), written()];
  const streams = await Promise.all(sent.map(({ reply }) => client(reply).streamText(MODEL, "x")));
  const readers = streams.map((stream) => stream[Symbol.asyncIterator]());
  for (const [index, { write }] of sent.entries()) {
    write(chunk(`${index}a`) + chunk(`${index}b`));
    assert.equal((await readers[index].next()).value.text, `${index}a`);
  }
  // What the first two had not read yet was read out when others came.
  assert.equal((await readers[0].next()).value.text, "0b");
  const waiting = readers[0].next();
  arm("engine_feed");
  sent[2].write(chunk("never seen"));
  assert.equal((await readers[2].next()).value.text, "2b");
  const error = await lost(readers[2].next());
  assert.equal(error.partial.text, "2a2b");
  assert.deepEqual(await readers[2].next(), { value: undefined, done: true });
  // Whatever its next chunk says, the first one learns it then.
  sent[0].write(chunk("c"));
  assert.equal((await lost(waiting)).partial.text, "0a0b");
  assert.equal((await readers[1].next()).value.text, "1b");
  const last = readers[1].next();
  sent[1].end();
  assert.equal((await lost(last)).partial.text, "1a1b");
  assert.deepEqual(
    sent.map(({ cancelled }) => cancelled),
    [true, false, true],
  );
  await works();
});

test("a stream that waits is told at once when it was the last to read", async () => {
  const sent = written();
  const stream = await client(sent.reply).streamText(MODEL, "x");
  const reader = stream[Symbol.asyncIterator]();
  sent.write(chunk("a"));
  assert.equal((await reader.next()).value.text, "a");
  const waiting = reader.next();
  const ai = client(json({ success: true, result: { response: "fine" } }));
  arm("core");
  await lost(ai.run(MODEL, { prompt: "y" }, { timeout: 4321 }));
  assert.equal((await lost(waiting)).partial.text, "a");
  assert.ok(sent.cancelled);
  assert.equal((await reader.next()).done, true);
  await works();
});

test("records that were not read are never taken from the new instance", async () => {
  const one = written();
  const reader = (await client(one.reply).streamText(MODEL, "x"))[Symbol.asyncIterator]();
  one.write(chunk("a").repeat(50));
  assert.equal((await reader.next()).value.text, "a");
  arm("engine_open");
  await lost((await client(streamed(DONE)).streamText(MODEL, "x")).text());
  await works();
  // They had come all the same.
  assert.equal((await lost(reader.next())).partial.text, "a".repeat(50));
});

test("the forms of a stream: text, strings, batches, the service's chunks, plain events, a tee", async () => {
  const forms = {
    text: (stream) => stream.text(),
    final: (stream) => stream.final(),
    async strings(stream) {
      for await (const text of stream.textStream) assert.equal(text, "a");
    },
    async batches(stream) {
      for await (const batch of stream.batches()) assert.ok(batch.length > 0);
    },
    tee: (stream) => stream.tee()[1].text(),
  };
  for (const form of Object.values(forms)) {
    const sent = written();
    const stream = await client(sent.reply).streamText(MODEL, "x");
    const over = form(stream);
    sent.write(chunk("a"));
    await turn();
    arm("engine_feed", WHEN.behind);
    sent.write(chunk("b"));
    assert.equal(typeof (await lost(over)).partial.text, "string");
    await works();
  }
  const sent = written();
  const chunks = await client(sent.reply).run(MODEL, { prompt: "x", stream: true });
  arm("engine_feed");
  sent.write(chunk("a"));
  await lost(chunks[Symbol.asyncIterator]().next());
  arm("engine_feed");
  await lost(events(streamed("data: x\n\n")).next());
  await works();
});

test("bytes that pass through are not touched", async () => {
  const sent = written();
  const stream = await client(sent.reply).streamText(MODEL, "x");
  const text = new Response(stream.toReadableStream()).text();
  sent.write(chunk("a"));
  await turn();
  const ai = client(json({}));
  arm("core");
  await lost(ai.run(MODEL, { prompt: "z" }, { timeout: 777 }));
  arm("core");
  assert.throws(
    () => client(json({})),
    (error) => checked(error) === error,
  );
  sent.write(DONE);
  sent.end();
  assert.equal(await text, chunk("a") + DONE);
});

const rows = (...data) => json({ success: true, result: { shape: [data.length, 2], data } });

for (const [name, when] of Object.entries(WHEN)) {
  for (const place of ["tasks", "floats_open", "reader_feed", "reader_finish", "reader_rest"]) {
    test(`the tasks: a trap of ${place}, ${name} its work, is told, and the next call works`, async () => {
      const ai = client(rows([1, 2], [3, 4]));
      assert.deepEqual([...(await ai.embed(EMBEDDINGS, ["a", "b"])).data], [1, 2, 3, 4]);
      arm(place, when);
      await lost(ai.embed(EMBEDDINGS, ["a", "b"]));
      assert.deepEqual([...(await ai.embed(EMBEDDINGS, ["a", "b"])).data], [1, 2, 3, 4]);
      await works();
    });
  }
}

test("the tasks: an answer that was being read is lost, and crosses no other", async () => {
  const halves = ['{"success":true,"result":{"shape":[1,2],"da', 'ta":[[5,6]]}}'];
  const sent = written();
  const reply = () => new Response(sent.reply().body, { headers: { "content-type": "application/json" } });
  const slow = client(reply).embed(EMBEDDINGS, "slow");
  sent.write(halves[0]);
  await turn();
  await turn();
  const ai = client(rows([7, 8]));
  arm("tasks");
  await lost(ai.embed(EMBEDDINGS, "x"));
  const next = ai.embed(EMBEDDINGS, "x");
  sent.write(halves[1]);
  sent.end();
  assert.deepEqual([...(await next).data], [7, 8]);
  await lost(slow);
});

test("the tasks: a limiter goes on", async () => {
  const fetch = async () => rows([7, 8]);
  const ai = new WorkersAI({ baseURL: "https://proxy.example/ai", fetch, limiter: { requestsPerMinute: 2 } });
  await ai.embed(EMBEDDINGS, "x");
  arm("limiter");
  await lost(ai.embed(EMBEDDINGS, "x"));
  await ai.embed(EMBEDDINGS, "x");
  await ai.embed(EMBEDDINGS, "x");
  const signal = AbortSignal.timeout(20);
  await assert.rejects(ai.embed(EMBEDDINGS, "x", { signal }), { code: "ABORTED" });
});

test("the vectors: a trap is told, also by the other indexes; new ones work", () => {
  const make = () => {
    const index = new VectorIndex({ dimensions: 2, metric: "dot" });
    index.add(Float32Array.of(1, 0, 0, 1));
    return index;
  };
  const thrown = (work) => {
    try {
      work();
    } catch (error) {
      return checked(error);
    }
    return assert.fail("nothing was thrown");
  };
  const query = Float32Array.of(0, 1);
  for (const place of ["vectorindex_search", "vectorindex_add", "vectorindex_new", "vectorindex_serialize"]) {
    for (const when of Object.values(WHEN)) {
      const [one, other] = [make(), make()];
      arm(place, when);
      thrown(() => {
        one.search(query, 1);
        one.add(query);
        one.serialize();
        make();
      });
      thrown(() => one.search(query, 1));
      thrown(() => other.add(query));
      one.free();
      other.free();
      assert.deepEqual(make().search(query, 1), [{ id: 1, score: 1 }]);
    }
  }
});
