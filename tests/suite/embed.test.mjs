/** `embed`: vectors as one array, whatever form the model's answer has. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, streamResponse } from "./stubs.mjs";

const BGE = "@cf/baai/bge-base-en-v1.5";
const M3 = "@cf/baai/bge-m3";
const QWEN = "@cf/qwen/qwen3-embedding-0.6b";

/** What holds of the result of every model. */
function checkVectors({ data, shape, rows }, count, dimensions) {
  deepEqual(shape, [count, dimensions]);
  ok(data instanceof Float32Array && data.length === count * dimensions);
  equal(rows.length, count);
  rows.forEach((row, at) => {
    ok(row.buffer === data.buffer && row.byteOffset === data.byteOffset + at * dimensions * 4, "a view");
    equal(row.length, dimensions);
    ok(Math.abs(Math.hypot(...row) - 1) < 0.01, "unit length");
  });
}

for (const [model, dimensions] of [
  ["@cf/baai/bge-small-en-v1.5", 384],
  [BGE, 768],
  ["@cf/baai/bge-large-en-v1.5", 1024],
  [M3, 1024],
  ["@cf/google/embeddinggemma-300m", 768],
  ["@cf/pfnet/plamo-embedding-1b", 2048],
  [QWEN, 1024],
]) {
  testEachDoor(`${model}: a text, several, or the model's own fields`, async ({ door }) => {
    const ai = door.client();
    const one = await ai.embed(model, "a lizard");
    checkVectors(one, 1, dimensions);
    // The clock of Workers ticks in milliseconds: an answer within one would have taken no time.
    const headers = { "x-local-fault": "delay=5" };
    const two = await ai.embed(model, ["a lizard", "a cat"], { headers });
    checkVectors(two, 2, dimensions);
    checkVectors(await ai.embed(model, { text: ["a lizard", "a cat"] }), 2, dimensions);
    deepEqual(two.rows[0], one.rows[0]);
    equal(two.meta.door, door.name);
    equal(two.meta.attempts, 1);
    ok(two.meta.durationMs > 0 && typeof two.meta.requestId === "string");
  });
}

testEachDoor("pooling goes through, and usage comes back", async ({ door }) => {
  const ai = door.client();
  const mean = await ai.embed(BGE, { text: "a lizard" });
  const cls = await ai.embed(BGE, { text: "a lizard", pooling: "cls" });
  equal(cls.raw.pooling, "cls");
  ok(mean.rows[0].some((value, at) => value !== cls.rows[0][at]));
  ok(mean.usage.promptTokens > 0);
  equal(mean.usage.totalTokens, mean.usage.promptTokens);
});

testEachDoor("bge-m3: scores in the order of the contexts, or vectors of them", async ({ door }) => {
  const ai = door.client();
  const contexts = ["a cat", "a lizard", "a lizard and a cat"];
  const { scores } = await ai.embed(M3, { query: "a lizard", contexts });
  equal(scores.length, 3);
  ok(scores[1] > scores[0] && scores[1] >= scores[2], scores.join());
  const objects = await ai.embed(M3, { query: "a lizard", contexts: contexts.map((text) => ({ text })) });
  deepEqual(objects.scores, scores);
  checkVectors(await ai.embed(M3, { contexts, truncate_inputs: true }), 3, 1024);
});

testEachDoor("qwen3: queries and documents, queries first", async ({ door }) => {
  const ai = door.client();
  const both = await ai.embed(QWEN, { queries: "a lizard", documents: ["a cat", "a dog"] });
  checkVectors(both, 3, 1024);
  const other = await ai.embed(QWEN, { queries: "a lizard", documents: ["a cat"], instruction: "Sort." });
  deepEqual(other.rows[1], both.rows[1]);
  ok(other.rows[0].some((value, at) => value !== both.rows[0][at]));
});

testEachDoor("what is no input is refused before any request, by its field", async ({ door }) => {
  const ai = door.client({ hooks: { onRequest: () => ok(false, "a request") } });
  for (const [model, input, field] of [
    [BGE, "", "text"],
    [BGE, [], "text"],
    [BGE, ["a", ""], "text"],
    [BGE, ["a", 1], "text"],
    [BGE, {}, "text"],
    [BGE, 7, "input"],
    [BGE, { text: "a", pooling: "max" }, "pooling"],
    [M3, { query: "a" }, "contexts"],
    [M3, { query: "a", contexts: ["a", ""] }, "contexts"],
    [QWEN, { documents: [""] }, "documents"],
    ["@cf/openai/whisper", "a", "model"],
  ]) {
    await rejects(ai.embed(model, input), { code: "INVALID_INPUT", field });
  }
  const many = await rejects(ai.embed(BGE, Array(101).fill("a")), { code: "INVALID_INPUT", field: "text" });
  match(many.message, /101.*100.*embedMany/);
  const documents = Array(33).fill("a");
  await rejects(ai.embed(QWEN, { documents }), { code: "INVALID_INPUT", message: /32.*embedMany/ });
});

test("the numbers are those of the reply's bytes, however they are cut", async ({ lib }) => {
  const numbers = [0.1, -1e-3, 3.4028234663852886e38, 1.1754943508222875e-38, 0.30000001192092896, 7];
  const text = JSON.stringify({
    result: { shape: [2, 3], data: [numbers.slice(0, 3), numbers.slice(3)], pooling: "mean" },
    success: true,
    errors: [],
    messages: [],
  });
  for (const size of [1, 7, text.length]) {
    const pieces = text.match(new RegExp(`.{1,${size}}`, "g"));
    const client = new lib.WorkersAI({
      baseURL: "https://proxy.example/ai",
      fetch: async () => streamResponse(pieces, { type: "application/json" }),
    });
    const { data, raw, shape } = await client.embed(BGE, ["a", "b"]);
    deepEqual(data, Float32Array.from(numbers));
    deepEqual(shape, [2, 3]);
    // What the service said, its numbers being the same ones.
    deepEqual(raw, { shape: [2, 3], data: [data.subarray(0, 3), data.subarray(3)], pooling: "mean" });
  }
});

test("a stand-in for the binding may give an object", async ({ lib }) => {
  const binding = {
    run: async () => ({
      shape: [2, 2],
      data: [
        [1, 2],
        [3, 4.5],
      ],
    }),
  };
  const { data, rows } = await new lib.WorkersAI({ binding }).embed(BGE, ["a", "b"]);
  deepEqual(data, Float32Array.of(1, 2, 3, 4.5));
  deepEqual(rows[1], Float32Array.of(3, 4.5));
});

test("an answer that is none of these vectors is MALFORMED_RESPONSE", async ({ lib }) => {
  for (const result of [
    { data: [[1, 2]] },
    { data: [[1, 2], [1]] },
    {
      data: [
        [1, 2],
        ["a", "b"],
      ],
    },
    { data: [] },
    {},
    [],
  ]) {
    const { fetch } = recorder(() => jsonResponse({ result, success: true, errors: [], messages: [] }));
    const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
    const error = await rejects(client.embed(BGE, ["a", "b"]), { code: "MALFORMED_RESPONSE" });
    equal(error.attempts, 1, JSON.stringify(result));
  }
  const cut = streamResponse(['{"result":{"data":[[1,2'], { type: "application/json" });
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch: async () => cut });
  await rejects(client.embed(BGE, "a"), { code: "MALFORMED_RESPONSE" });
});

test("a reply that is too large is refused; a failure in an envelope is one", async ({ lib }) => {
  const { fetch } = recorder(() =>
    jsonResponse({ result: { data: [Array(1000).fill(0.5)] }, success: true }),
  );
  const small = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch, maxResponseBytes: 1000 });
  await rejects(small.embed(BGE, "a"), { code: "TOO_LARGE" });
  const failing = new lib.WorkersAI({
    baseURL: "https://proxy.example/ai",
    fetch: async () =>
      jsonResponse({ result: {}, success: false, errors: [{ code: 3040, message: "busy" }] }),
    maxRetries: 0,
  });
  await rejects(failing.embed(BGE, "a"), { code: "CAPACITY", internalCode: 3040 });
});

test("a model that is not known has the usual shape", async ({ lib }) => {
  const { fetch, requests } = recorder(() => jsonResponse({ result: { data: [[1, 2]] }, success: true }));
  const client = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
  const { shape } = await client.embed("@cf/new/model", { text: "a", something: 1 });
  deepEqual(shape, [1, 2]);
  deepEqual(requests[0].body, { text: "a", something: 1 });
});
