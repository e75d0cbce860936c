/** `batch`: many requests at once, answered later, at every door. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const REASONER = "@cf/openai/gpt-oss-20b";
const BGE = "@cf/baai/bge-base-en-v1.5";
const M3 = "@cf/baai/bge-m3";
const M2M = "@cf/meta/m2m100-1.2b";
const fast = { intervalMs: 0 };

testEachDoor("a language model's batch is submitted, looked at and answered in order", async ({ door }) => {
  const { batch } = door.client();
  const requests = [
    { prompt: "echo: One", external_reference: "a" },
    "echo: Two",
    { messages: [{ role: "user", content: 'call: weather {"city":"Rome"}' }], tools: [WEATHER] },
  ];
  const before = structuredClone(requests);
  const ticket = await batch.submit(CHAT, requests);
  deepEqual(requests, before);
  equal(ticket.status, "queued");
  ok(typeof ticket.requestId === "string" && ticket.requestId !== "");
  equal(ticket.meta.door, door.name);
  equal(ticket.meta.model, CHAT);

  const first = await batch.poll(CHAT, ticket.requestId);
  equal(first.status, "queued");
  equal(first.requestId, ticket.requestId);
  deepEqual(first.items, []);

  const seen = [];
  // Another client, which knows nothing but the id.
  const onProgress = (progress) => seen.push(progress);
  const done = await door.client().batch.wait(CHAT, ticket.requestId, { ...fast, onProgress });
  deepEqual(seen, [
    { status: "running", attempt: 1 },
    { status: "completed", attempt: 2 },
  ]);
  equal(done.status, "completed");
  deepEqual(
    done.items.map(({ index, success, externalReference }) => ({ index, success, externalReference })),
    [
      { index: 0, success: true, externalReference: "a" },
      { index: 1, success: true, externalReference: undefined },
      { index: 2, success: true, externalReference: undefined },
    ],
  );
  const [one, two, three] = done.items.map(({ result }) => result);
  equal(one.text, "One");
  equal(one.finishReason, "stop");
  equal(two.text, "Two");
  deepEqual(three.toolCalls[0].arguments, { city: "Rome" });
  ok(typeof one.raw === "object" && !("meta" in one));
  ok(done.usage.totalTokens > 0);
  equal(done.meta.attempts, 1);
});

const WEATHER = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};

testEachDoor("whatever dialect a model speaks, its answers are alike", async ({ door }) => {
  const { batch } = door.client();
  const { requestId } = await batch.submit(REASONER, [
    { messages: [{ role: "user", content: "echo: chat" }] },
    { input: "echo: responses" },
  ]);
  const { items } = await batch.wait(REASONER, requestId, fast);
  deepEqual(
    items.map(({ result }) => result.text),
    ["chat", "responses"],
  );
});

testEachDoor("embeddings come as vectors, as embed gives them", async ({ door }) => {
  const ai = door.client();
  const { requestId } = await ai.batch.submit(BGE, [{ text: ["one", "two"] }, "three"]);
  const { items } = await ai.batch.wait(BGE, requestId, fast);
  const [pair, single] = items.map(({ result }) => result);
  deepEqual(pair.shape, [2, 768]);
  ok(pair.data instanceof Float32Array && pair.data.length === 2 * 768);
  equal(pair.rows[1].buffer, pair.data.buffer);
  deepEqual(single.shape, [1, 768]);
  const embedded = await ai.embed(BGE, ["one", "two"]);
  deepEqual(pair.data, embedded.data);
});

testEachDoor("bge-m3 gives scores or vectors, as it was asked", async ({ door }) => {
  const ai = door.client();
  const { requestId } = await ai.batch.submit(M3, [
    { query: "a cat", contexts: ["a cat", "a car"] },
    { text: "a cat" },
  ]);
  const { items } = await ai.batch.wait(M3, requestId, fast);
  equal(items[0].result.scores.length, 2);
  ok(items[0].result.scores[0] > items[0].result.scores[1]);
  deepEqual(items[1].result.shape, [1, 1024]);
});

testEachDoor("translations take languages by any name, and results loops over them", async ({ door }) => {
  const { batch } = door.client();
  const { requestId } = await batch.submit(M2M, [
    { text: "Hello", source_lang: "English", target_lang: "es", external_reference: "first" },
    { text: "Good morning", target_lang: "French" },
  ]);
  const texts = [];
  for await (const item of batch.results(M2M, requestId, fast)) texts.push(item.result.text);
  equal(texts.length, 2);
  ok(texts.every((text) => typeof text === "string" && text !== ""));
  const items = await batch.results(M2M, requestId, fast);
  deepEqual(
    items.map(({ result }) => result.text),
    texts,
  );
});

testEachDoor("a request that the service would refuse is refused at once, by its place", async ({ door }) => {
  const requests = [];
  const { batch } = door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  const good = { prompt: "hi" };
  for (const [model, inputs, field] of [
    [CHAT, undefined, "requests"],
    [CHAT, "hi", "requests"],
    [CHAT, [], "requests"],
    [CHAT, [good, good, good, { prompt: 5 }], "requests[3].prompt"],
    [CHAT, [good, undefined], "requests[1]"],
    [CHAT, [{ ...good, stream: true }], "requests[0].stream"],
    [CHAT, [{ ...good, external_reference: 5 }], "requests[0].external_reference"],
    [BGE, [{ text: "x" }, { text: ["y", ""] }], "requests[1].text"],
    [M2M, [{ text: "x" }], "requests[0].target_lang"],
    ["../x", [good], "model"],
    [undefined, [good], "model"],
  ]) {
    await rejects(batch.submit(model, inputs), { code: "INVALID_INPUT", field });
  }
  await rejects(batch.submit(CHAT, [good], { rejectIfBusy: true }), {
    code: "INVALID_INPUT",
    field: "rejectIfBusy",
  });
  const large = { prompt: "ä".repeat(1_000_000) };
  const many = Array.from({ length: 5 }, () => large);
  await rejects(
    batch.submit(
      M3,
      many.map(({ prompt }) => ({ text: prompt })),
    ),
    {
      code: "TOO_LARGE",
      field: "requests",
    },
  );
  for (const id of [undefined, "", 5, "a b"]) {
    await rejects(batch.poll(CHAT, id), { code: "INVALID_INPUT", field: "requestId" });
    await rejects(batch.wait(CHAT, id), { code: "INVALID_INPUT", field: "requestId" });
  }
  await rejects(batch.wait(CHAT, "x", { intervalMs: -1 }), { code: "INVALID_INPUT", field: "intervalMs" });
  await rejects(batch.wait(CHAT, "x", { timeout: "soon" }), { code: "INVALID_INPUT", field: "timeout" });
  equal(requests.length, 0);
});

testEachDoor("waiting ends when its signal says so, and when its time is over", async ({ door }) => {
  const { batch } = door.client();
  const { requestId } = await batch.submit(CHAT, ["echo: x"]);
  const controller = new AbortController();
  const onProgress = () => queueMicrotask(() => controller.abort());
  const options = { intervalMs: 60_000, onProgress, signal: controller.signal };
  await rejects(batch.wait(CHAT, requestId, options), { code: "ABORTED" });
  const late = await rejects(batch.wait(CHAT, requestId, { intervalMs: 60_000, timeout: 200 }), {
    code: "TIMEOUT",
  });
  match(late.message, /200 ms/);
  // It goes on all the same.
  equal((await batch.wait(CHAT, requestId, fast)).items[0].result.text, "x");
});

testEachDoor("a submission that was turned away is made again; looks always are", async ({ door }) => {
  const { batch } = door.client();
  const headers = () => ({
    "x-local-fault": `capacity, times=1, retry-after=0, id=${crypto.randomUUID()}`,
  });
  const ticket = await batch.submit(CHAT, ["echo: x"], { headers: headers() });
  equal(ticket.meta.attempts, 2);
  const look = await batch.poll(CHAT, ticket.requestId, { headers: headers() });
  equal(look.meta.attempts, 2);
});

const batchOf = (...responses) => jsonResponse({ success: true, result: { responses, usage: {} } });

test("an item fails alone, with an error like any other", async ({ lib }) => {
  const ok0 = { id: 1, success: true, result: { response: "fine" }, external_reference: "b" };
  const failed = {
    id: 0,
    success: false,
    result: {},
    errors: [{ code: 5006, message: "AiError: Bad input: no prompt" }],
    external_reference: "a",
  };
  const strange = { id: 2, success: true, result: { nothing: "known" } };
  const { fetch } = recorder(() => batchOf(ok0, failed, strange));
  const { items } = await restClient(lib, { fetch }).batch.wait(CHAT, "r");
  deepEqual(
    items.map(({ index, success, externalReference }) => [index, success, externalReference]),
    [
      [0, false, "a"],
      [1, true, "b"],
      [2, false, undefined],
    ],
  );
  ok(lib.isWorkersAIError(items[0].error));
  equal(items[0].error.code, "INVALID_INPUT");
  equal(items[0].error.internalCode, 5006);
  equal(items[1].result.text, "fine");
  equal(items[2].error.code, "MALFORMED_RESPONSE");
});

test("numbers keep their spelling, and a model that is not known gives what it said", async ({ lib }) => {
  const text = '{"success":true,"result":{"responses":[{"id":0,"success":true,"result":{"response":1.0}}]}}';
  const { fetch } = recorder(() => new Response(text, { headers: { "content-type": "application/json" } }));
  const ai = restClient(lib, { fetch });
  equal((await ai.batch.poll(CHAT, "r")).items[0].result.text, "1.0");
  deepEqual((await ai.batch.poll("@cf/new/model", "r")).items[0].result, { response: 1 });
});

test("the requests over HTTP: the queue in the query, references beside the inputs", async ({ lib }) => {
  const { fetch, requests } = recorder((_request, index) =>
    index === 0
      ? jsonResponse({ success: true, result: { status: "queued", request_id: "r-1", model: M2M } })
      : batchOf(),
  );
  const ai = restClient(lib, { fetch });
  await ai.batch.submit(M2M, [{ text: "a", target_lang: "Spanish", external_reference: "x" }]);
  await ai.batch.poll(M2M, "r-1");
  deepEqual(
    requests.map(({ url, body }) => [new URL(url).search, body]),
    [
      ["?queueRequest=true", { requests: [{ text: "a", target_lang: "es", external_reference: "x" }] }],
      ["?queueRequest=true", { request_id: "r-1" }],
    ],
  );
});

test("on the binding a submission asks for the queue, a look never does", async ({ lib }) => {
  const requested = [];
  const binding = {
    async run(_model, inputs, options) {
      requested.push([inputs, options.queueRequest]);
      return inputs.requests ? { status: "queued", request_id: "r" } : { responses: [] };
    },
  };
  const { batch } = new lib.WorkersAI({ binding });
  await batch.submit(CHAT, ["a"]);
  equal((await batch.poll(CHAT, "r", { queueRequest: true })).status, "completed");
  deepEqual(requested, [
    [{ requests: [{ prompt: "a" }] }, true],
    [{ request_id: "r" }, undefined],
  ]);
});

test("a submission whose fate is not known is not made again", async ({ lib }) => {
  const failed = () => jsonResponse({ success: false, errors: [{ code: 1101 }] }, { status: 500 });
  for (const answer of [failed, () => Promise.reject(new TypeError("fetch failed"))]) {
    const { fetch, requests } = recorder(answer);
    await rejects(restClient(lib, { fetch }).batch.submit(CHAT, ["a"]), { attempts: 1 });
    equal(requests.length, 1);
  }
});

test("an answer that is none of the queue's is said to be so", async ({ lib }) => {
  const { fetch } = recorder(() => jsonResponse({ success: true, result: { response: "hello" } }));
  const { batch } = restClient(lib, { fetch });
  await rejects(batch.submit(CHAT, ["a"]), { code: "MALFORMED_RESPONSE" });
  await rejects(batch.poll(CHAT, "r"), { code: "MALFORMED_RESPONSE" });
  const gone = recorder(() => jsonResponse({ success: true, result: { status: "failed", message: "no" } }));
  await rejects(restClient(lib, { fetch: gone.fetch }).batch.wait(CHAT, "r"), { code: "SERVER" });
});

testEachDoor("a message of a queue, and the answers in one look", async ({ door }) => {
  const ai = door.client();
  const model = CHAT;
  const { requestId } = await ai.batch.submit(model, ["echo: one", "echo: two"]);
  const message = (state) => ({
    type: `cf.workersAi.model.batch.${state}`,
    source: { type: "workersAi.model", modelName: model },
    payload: { requestId },
  });
  for (const status of ["queued", "failed"])
    deepEqual(await ai.batch.fromEvent(message(status)), { model, requestId, status });
  await ai.batch.wait(model, requestId, { intervalMs: 0 });
  const batch = await ai.batch.fromEvent({ id: "m", body: message("succeeded") });
  deepEqual(
    [batch.status, batch.model, batch.requestId, batch.items.length],
    ["completed", model, requestId, 2],
  );
  ok(batch.items.every(({ success }) => success));
  for (const other of [{ type: "cf.kv.namespace.created" }, undefined, "x"])
    await rejects(ai.batch.fromEvent(other), { code: "INVALID_INPUT", field: "message" });
});
