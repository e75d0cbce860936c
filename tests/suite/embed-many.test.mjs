/** `embedMany`: any number of texts, in order, some requests at a time, and on from where it failed. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse } from "./stubs.mjs";

const BGE = "@cf/baai/bge-small-en-v1.5";
const TEXTS = Array.from({ length: 230 }, (_, at) => `text number ${at}`);

testEachDoor("an array gives what embed gives, in as many requests as it takes", async ({ door }) => {
  let requests = 0;
  const ai = door.client({ hooks: { onRequest: () => requests++ } });
  const progress = [];
  const many = await ai.embedMany(BGE, TEXTS, { onProgress: (report) => progress.push(report) });
  equal(requests, 3);
  deepEqual(many.shape, [230, 384]);
  equal(many.data.length, 230 * 384);
  deepEqual(progress, [
    { done: 100, total: 230 },
    { done: 200, total: 230 },
    { done: 230, total: 230 },
  ]);
  const one = await ai.embed(BGE, [TEXTS[0], TEXTS[123], TEXTS[229]]);
  deepEqual(many.rows[0], one.rows[0]);
  deepEqual(many.rows[123], one.rows[1]);
  deepEqual(many.rows[229], one.rows[2]);
  ok(many.rows.every((row) => row.buffer === many.data.buffer));
  ok(many.usage.promptTokens > one.usage.promptTokens);
  equal(many.meta.attempts, 3);
  equal(many.meta.door, door.name);
  equal(many.raw.length, 3);
});

testEachDoor("an async iterable gives rows as they come", async ({ door }) => {
  async function* source() {
    yield* TEXTS.slice(0, 45);
  }
  const offsets = [];
  const rows = [];
  for await (const part of door.client().embedMany("@cf/qwen/qwen3-embedding-0.6b", source())) {
    offsets.push(part.offset);
    rows.push(...part.rows);
  }
  deepEqual(offsets, [0, 32]);
  equal(rows.length, 45);
});

/** A service whose vectors tell which text they are of. */
function serving(lib, answer = () => undefined) {
  const seen = [];
  const fetch = async (_url, init) => {
    const body = JSON.parse(init.body);
    seen.push(body);
    const other = await answer(body, seen.length - 1, init.signal);
    if (other !== undefined) return other;
    const data = body.text.map((text) => [Number(/\d+/.exec(text)?.[0] ?? -1), text.length]);
    const result = {
      data,
      shape: [data.length, 2],
      usage: { prompt_tokens: data.length, total_tokens: data.length },
    };
    return jsonResponse({ result, success: true }, { headers: { "cf-ai-neurons": "0.5" } });
  };
  return { client: new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, maxRetries: 0 }), seen };
}

const numbersOf = ({ rows }) => rows.map((row) => row[0]);
const upTo = (count, from = 0) => Array.from({ length: count - from }, (_, at) => from + at);

test("order is kept, whichever request is the first to end", async ({ lib }) => {
  // Each waits for the one after it.
  const done = [];
  const gates = upTo(4).map(() => Promise.withResolvers?.() ?? gate());
  const { client } = serving(lib, async (_body, index) => {
    if (index < 3) await gates[index + 1].promise;
    done.push(index);
    gates[index].resolve();
  });
  const result = await client.embedMany(BGE, TEXTS.slice(0, 8), { batchSize: 2 });
  deepEqual(done, [3, 2, 1, 0]);
  deepEqual(numbersOf(result), upTo(8));
  deepEqual(result.usage, { promptTokens: 8, totalTokens: 8 });
  equal(result.meta.neurons, 2);
});

function gate() {
  const made = {};
  made.promise = new Promise((resolve) => {
    made.resolve = resolve;
  });
  return made;
}

test("no more requests than concurrency, and texts are taken only as they are needed", async ({ lib }) => {
  let running = 0;
  let most = 0;
  const { client } = serving(lib, async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 0));
    running--;
  });
  let taken = 0;
  async function* source() {
    for (; taken < 1000; taken++) yield `text ${taken}`;
  }
  let received = 0;
  for await (const { offset, rows } of client.embedMany(BGE, source(), { batchSize: 10, concurrency: 3 })) {
    equal(offset, received);
    received += rows.length;
    // What is given, what is under way, and the text that ends a batch.
    ok(taken <= received + 3 * 10 + 1, `${taken} taken, ${received} given`);
    if (received >= 200) break;
  }
  equal(most, 3);
  ok(taken <= 231, String(taken));
});

test("batches are bounded by tokens as well", async ({ lib }) => {
  const { client, seen } = serving(lib);
  const texts = ["1 ".padEnd(300, "a"), "2 ".padEnd(300, "a"), "3 日本語".padEnd(60, "語"), "4"];
  const result = await client.embedMany(BGE, texts, { maxTokensPerBatch: 130, concurrency: 1 });
  deepEqual(numbersOf(result), [1, 2, 3, 4]);
  deepEqual(
    seen.map(({ text }) => text.length),
    [1, 1, 2],
  );
  const { client: other, seen: all } = serving(lib);
  // The window of the whole request.
  await other.embedMany("@cf/qwen/qwen3-embedding-0.6b", Array(4).fill("1 ".padEnd(9000, "a")));
  equal(all.length, 2);
});

test("parameters go along with each request", async ({ lib }) => {
  const { client, seen } = serving(lib);
  await client.embedMany(BGE, TEXTS.slice(0, 3), { batchSize: 2, parameters: { pooling: "cls" } });
  deepEqual(
    seen.map(({ pooling }) => pooling),
    ["cls", "cls"],
  );
});

test("a failure says what is done, and from goes on there", async ({ lib }) => {
  const failing = serving(lib, (body, _index, signal) => {
    if (body.text[0].endsWith(" 4")) {
      return jsonResponse({ success: false, errors: [{ code: 5006, message: "no" }] }, { status: 400 });
    }
    // What is after the failure never ends by itself.
    if (Number(/\d+/.exec(body.text[0])[0]) > 4) {
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
  });
  const texts = TEXTS.slice(0, 10);
  const options = { batchSize: 2, concurrency: 3 };
  const error = await rejects(failing.client.embedMany(BGE, texts, options), {
    code: "INVALID_INPUT",
    internalCode: 5006,
  });
  equal(error.partial.offset, 4);
  deepEqual(numbersOf(error.partial), upTo(4));
  const { client } = serving(lib);
  const progress = [];
  const rest = await client.embedMany(BGE, texts, {
    ...options,
    from: error.partial.offset,
    onProgress: ({ done }) => progress.push(done),
  });
  deepEqual(numbersOf(rest), upTo(10, 4));
  deepEqual(progress, [6, 8, 10]);
});

test("what is retryable is asked again by the client itself", async ({ lib }) => {
  let requested = 0;
  const fetch = async (_url, init) => {
    if (requested++ === 0)
      return jsonResponse(
        { errors: [{ code: 3040, message: "busy" }] },
        { status: 429, headers: { "retry-after-ms": "1" } },
      );
    const { text } = JSON.parse(init.body);
    return jsonResponse({ result: { data: text.map(() => [1]) }, success: true });
  };
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const { shape, meta } = await client.embedMany(BGE, ["a"]);
  deepEqual(shape, [1, 1]);
  equal(meta.attempts, 2);
});

test("it can be aborted, and leaving the loop ends what is under way", async ({ lib }) => {
  const controller = new AbortController();
  const signals = [];
  const { client } = serving(lib, (_body, index, signal) => {
    signals.push(signal);
    if (index === 0) return undefined;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const options = { batchSize: 1, signal: controller.signal, onProgress: () => controller.abort() };
  const error = await rejects(client.embedMany(BGE, TEXTS.slice(0, 5), options), { code: "ABORTED" });
  equal(error.partial.offset, 1);

  signals.length = 0;
  const left = serving(lib, (_body, index, signal) => {
    signals.push(signal);
    if (index === 0) return undefined;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  for await (const { offset } of left.client.embedMany(BGE, TEXTS.slice(0, 9), { batchSize: 1 })) {
    equal(offset, 0);
    break;
  }
  equal(signals.length, 4);
  ok(signals.slice(1).every((signal) => signal.aborted));
});

test("texts and options are checked", async ({ lib }) => {
  const { client, seen } = serving(lib);
  for (const [texts, options, field] of [
    ["a", {}, "texts"],
    [7, {}, "texts"],
    [undefined, {}, "texts"],
    [["a", 1], {}, "texts"],
    [["a"], { concurrency: 0 }, "concurrency"],
    [["a"], { concurrency: 1.5 }, "concurrency"],
    [["a"], { batchSize: 101 }, "batchSize"],
    [["a"], { maxTokensPerBatch: "10" }, "maxTokensPerBatch"],
    [["a"], { from: -1 }, "from"],
    [["a"], { parameters: "cls" }, "parameters"],
    [["a"], { parameters: { pooling: "max" } }, "pooling"],
  ]) {
    await rejects(client.embedMany(BGE, texts, options), { code: "INVALID_INPUT", field });
  }
  match((await rejects(client.embedMany(BGE, ["a", "b", ""]))).message, /empty string at 2/);
  await rejects(client.embedMany("@cf/openai/whisper", ["a"]), { code: "INVALID_INPUT", field: "model" });
  equal(seen.length, 0);
  const none = await client.embedMany(BGE, []);
  deepEqual([none.shape, none.rows, none.data.length], [[0, 384], [], 0]);
});

test("any iterable can be given, and its own error is the cause", async ({ lib }) => {
  const { client } = serving(lib);
  deepEqual(numbersOf(await client.embedMany(BGE, new Set(TEXTS.slice(0, 3)))), upTo(3));
  function* broken() {
    yield "text 0";
    throw new RangeError("my own");
  }
  async function* later() {
    yield* broken();
  }
  const unready = {
    [Symbol.iterator]() {
      throw new RangeError("my own");
    },
  };
  for (const texts of [broken(), later(), unready]) {
    const error = await rejects(client.embedMany(BGE, texts, { batchSize: 1 }), {
      code: "INVALID_INPUT",
      field: "texts",
    });
    equal(error.cause.message, "my own");
    equal(typeof error.partial.offset, "number");
  }
});

/** A service that gives `rowsOf(request, number)` for each request. */
const givingRows = (lib, rowsOf) => {
  let count = 0;
  const run = async (_model, { text }) => {
    const data = rowsOf(text, count++);
    return jsonResponse({ data, shape: [data.length, data[0]?.length ?? 0] });
  };
  return new lib.WorkersAI({ binding: { run }, maxRetries: 0 });
};
const row = (width) => Array(width).fill(0.5);

test("vectors whose width changes, or that are too many or too few, are no answer", async ({ lib }) => {
  const texts = Array.from({ length: 6 }, (_, at) => `text ${at}`);
  const options = { batchSize: 2, concurrency: 1 };
  for (const [what, rowsOf, done] of [
    ["narrower ones", (requested, at) => requested.map(() => row([4, 3, 2][at])), 2],
    ["wider ones", (requested, at) => requested.map(() => row([2, 3, 4][at])), 2],
    ["wider ones at the end", (requested, at) => requested.map(() => row([2, 2, 3][at])), 4],
    ["too many", (requested, at) => [...requested, ...(at === 1 ? ["x"] : [])].map(() => row(3)), 2],
    ["too few", (requested, at) => requested.slice(at === 1 ? 1 : 0).map(() => row(3)), 2],
    ["too few at first", (requested) => requested.slice(1).map(() => row(3)), 0],
  ]) {
    const error = await givingRows(lib, rowsOf)
      .embedMany(BGE, texts, options)
      .then(
        () => undefined,
        (thrown) => thrown,
      );
    equal(error?.code, "MALFORMED_RESPONSE", what);
    equal(error.partial.offset, done, what);
    equal(error.partial.rows.length, done, what);
    const read = [];
    const looped = await (async () => {
      for await (const part of givingRows(lib, rowsOf).embedMany(BGE, texts, options))
        read.push(...part.rows);
    })().catch((thrown) => thrown);
    deepEqual([looped?.code, looped?.partial.offset, read.length], ["MALFORMED_RESPONSE", done, done], what);
  }
});

test("what an iterable says of its size is no more than a hint", async ({ lib }) => {
  for (const size of [0, 1, 3, 7, 1e9, 1e12, -1, Number.NaN, 2.5]) {
    const texts = {
      size,
      *[Symbol.iterator]() {
        for (let at = 0; at < 5; at++) yield `text ${at}`;
      },
    };
    const ai = givingRows(lib, (requested) => requested.map((text) => [Number(text.slice(5)), 1]));
    const many = await ai.embedMany(BGE, texts, { batchSize: 2 });
    deepEqual(many.shape, [5, 2], String(size));
    deepEqual([...many.data], [0, 1, 1, 1, 2, 1, 3, 1, 4, 1], String(size));
  }
});
