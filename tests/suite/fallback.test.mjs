/** The option `fallback`: another model where one cannot answer. */
import { deepEqual, equal, ok, rejects } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { jsonResponse, recorder, restClient } from "./stubs.mjs";

const GONE = "@cf/nobody/nothing";
const fallback = [MODELS.legacy];

testEachDoor(
  "the next model is asked, and meta says who answered after how many requests",
  async ({ door }) => {
    const requested = [];
    const ai = door.client({ hooks: { onRequest: ({ model }) => requested.push(model) } });
    const options = { fallback: ["@cf/nobody/either", MODELS.legacy] };
    const result = await ai.generateText(GONE, "echo: at last", options);
    equal(result.text, "at last");
    equal(result.meta.model, MODELS.legacy);
    equal(result.meta.attempts, 3);
    deepEqual(requested, [GONE, "@cf/nobody/either", MODELS.legacy]);
    deepEqual(options, { fallback: ["@cf/nobody/either", MODELS.legacy] });

    const stream = await ai.streamText(GONE, "echo: streamed", { fallback });
    equal(await stream.text(), "streamed");
    equal(stream.meta.model, MODELS.legacy);
    equal(stream.meta.attempts, 2);

    equal((await ai.run(GONE, { prompt: "echo: raw" }, { fallback })).response, "raw");
    const embedded = await ai.embed(GONE, "x", { fallback: ["@cf/baai/bge-base-en-v1.5"] });
    equal(embedded.meta.model, "@cf/baai/bge-base-en-v1.5");
  },
);

testEachDoor("a model that answers is the only one that is asked", async ({ door }) => {
  const requested = [];
  const ai = door.client({ hooks: { onRequest: ({ model }) => requested.push(model) } });
  const result = await ai.generateText(MODELS.chat, "echo: x", { fallback });
  equal(result.meta.attempts, 1);
  deepEqual(requested, [MODELS.chat]);
});

testEachDoor("the caller's own faults stay where they are", async ({ door }) => {
  const requested = [];
  const ai = door.client({ hooks: { onRequest: ({ model }) => requested.push(model) } });
  const bad = { prompt: "x", temperature: 99 };
  await rejects(ai.generateText(MODELS.legacy, bad, { fallback: [MODELS.chat] }), { code: "INVALID_INPUT" });
  await rejects(ai.generateText(MODELS.chat, "x", { fallback, signal: AbortSignal.abort() }), {
    code: "ABORTED",
  });
  ok(!requested.includes(MODELS.chat));
});

testEachDoor("a list that is none is refused by its place before any request", async ({ door }) => {
  const requested = [];
  const ai = door.client({ hooks: { onRequest: ({ model }) => requested.push(model) } });
  for (const [models, field] of [
    ["@cf/a/b", "fallback"],
    [null, "fallback"],
    [[MODELS.legacy, 5], "fallback[1]"],
    [["../x"], "fallback[0]"],
    [["@cf/baai/bge-m3"], "fallback[0]"],
  ]) {
    await rejects(ai.generateText(MODELS.chat, "x", { fallback: models }), { code: "INVALID_INPUT", field });
  }
  equal(requested.length, 0);
});

const failing = (code, status) =>
  jsonResponse(
    { success: false, errors: [{ code, message: "no" }] },
    { status, headers: { "retry-after": "0" } },
  );
const answered = () => jsonResponse({ success: true, result: { response: "yes" } });

test("each model has its retries, and the last error counts all requests", async ({ lib }) => {
  const { fetch, requests } = recorder(() => failing(3040, 429));
  const ai = restClient(lib, { fetch, maxRetries: 1 });
  await rejects(ai.generateText("@cf/a/1", "x", { fallback: ["@cf/a/2", "@cf/a/3"] }), {
    code: "CAPACITY",
    attempts: 6,
  });
  deepEqual(
    requests.map(({ url }) => url.slice(-1)),
    ["1", "1", "2", "2", "3", "3"],
  );
});

test("which failures another model may mend", async ({ lib }) => {
  for (const [answer, requested] of [
    [() => failing(3040, 429), 2],
    [() => failing(5007, 400), 2],
    [() => failing(5028, 410), 2],
    [() => failing(1101, 500), 2],
    [() => failing(3007, 408), 2],
    [() => failing(5006, 400), 1],
    [() => failing(3036, 429), 1],
    [() => failing(10000, 401), 1],
    [() => Promise.reject(new TypeError("fetch failed")), 1],
  ]) {
    const { fetch, requests } = recorder((_request, index) => (index === 0 ? answer() : answered()));
    const ai = restClient(lib, { fetch, maxRetries: 0 });
    await ai.generateText("@cf/a/1", "x", { fallback: ["@cf/a/2"] }).catch(() => {});
    equal(requests.length, requested);
  }
});

test("a first byte that does not come is another model's turn, the whole time's end is not", async ({
  lib,
}) => {
  const hangs = (requests) => requests.length === 1 && new Promise(() => {});
  const first = recorder(() => hangs(first.requests) || answered());
  const ai = restClient(lib, { fetch: first.fetch, maxRetries: 0 });
  const result = await ai.generateText("@cf/a/1", "x", { timeout: { firstByte: 20 }, fallback: ["@cf/a/2"] });
  equal(result.text, "yes");
  const whole = recorder(() => new Promise(() => {}));
  const other = restClient(lib, { fetch: whole.fetch, maxRetries: 0 });
  await rejects(other.generateText("@cf/a/1", "x", { timeout: 20, fallback: ["@cf/a/2"] }), {
    code: "TIMEOUT",
  });
  equal(whole.requests.length, 1);
});

test("what can be read once is sent once; what is changed meanwhile is sent as it was", async ({ lib }) => {
  const { fetch, requests } = recorder((_request, index) => (index === 0 ? failing(1101, 500) : answered()));
  const ai = restClient(lib, { fetch, maxRetries: 0 });
  const audio = { body: new Blob(["x"]).stream(), contentType: "audio/mpeg" };
  await rejects(ai.run("@cf/a/1", { audio }, { fallback: ["@cf/a/2"] }), { code: "SERVER" });
  equal(requests.length, 1);
  const input = { messages: [{ role: "user", content: "before" }] };
  const again = recorder((_request, index) => (index === 0 ? failing(1101, 500) : answered()));
  const hooks = {
    onResponse() {
      input.messages[0].content = "after";
    },
  };
  const client = restClient(lib, { fetch: again.fetch, maxRetries: 0, hooks });
  await client.generateText("@cf/a/1", input, { fallback: ["@cf/a/2"] });
  deepEqual(
    again.requests.map(({ body }) => body.messages[0].content),
    ["before", "before"],
  );
});

const sse = (...events) =>
  new Response(
    new ReadableStream({
      start(controller) {
        const encoder = new TextEncoder();
        for (const event of events) {
          if (event instanceof Error) return controller.error(event);
          if (event === null) return; // Nothing more comes.
          controller.enqueue(encoder.encode(`data: ${event}\n\n`));
        }
        controller.close();
      },
    }),
    { headers: { "content-type": "text/event-stream" } },
  );
const delta = (content) => JSON.stringify({ choices: [{ delta: { role: "assistant", content } }] });
const whole = () =>
  sse(delta(""), delta("y"), delta("es"), '{"choices":[{"finish_reason":"stop"}]}', "[DONE]");
const OPENINGS = [
  ["SERVER", () => sse(delta(""), '{"errors":[{"code":1101,"message":"it threw"}]}')],
  ["CAPACITY", () => sse('{"internalCode":3040,"description":"busy","name":"InferenceUpstreamError"}')],
  ["CAPACITY", () => sse(delta(""), '{"error":{"type":"overloaded_error","message":"busy"}}')],
  ["MALFORMED_RESPONSE", () => sse(delta(""), '{"choices":[')],
  ["TRUNCATED", () => sse(delta(""))],
  ["TRUNCATED", () => sse()],
  ["NETWORK", () => sse(delta(""), new TypeError("terminated"))],
];

test("a stream that fails before it says anything is the next model's turn", async ({ lib }) => {
  const { fetch, requests } = recorder((_request, index) => (OPENINGS[index]?.[1] ?? whole)());
  const ai = restClient(lib, { fetch, maxRetries: 0 });
  const models = Array.from({ length: 8 }, (_, at) => `@cf/a/${at}`);
  const [first, ...others] = models;
  const stream = await ai.streamText(first, "x", { fallback: others });
  equal(requests.length, 8);
  deepEqual(
    stream.meta.tried.map(({ model, code }) => [model, code]),
    models.map((model, at) => [model, OPENINGS[at]?.[0]]),
  );
  ok(stream.meta.tried.slice(0, -1).every(({ message }) => message.length > 10));
  const texts = [];
  for await (const event of stream) if (event.type === "text") texts.push(event.text);
  deepEqual(texts, ["y", "es"]);
  equal(stream.meta.attempts, 8);
});

test("all events are there, and the bytes of run are the service's own", async ({ lib }) => {
  for (const size of [1, 7, 10_000]) {
    const bytes = new Uint8Array(await whole().arrayBuffer());
    const cut = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
            controller.close();
          },
        }),
        { headers: { "content-type": "text/event-stream" } },
      );
    const { fetch } = recorder((_request, index) => (index % 2 === 0 ? OPENINGS[0][1]() : cut()));
    const ai = restClient(lib, { fetch, maxRetries: 0 });
    const options = { fallback: ["@cf/a/2"] };
    const raw = await ai.run("@cf/a/1", { prompt: "x", stream: true }, options);
    deepEqual(new Uint8Array(await new Response(raw.toReadableStream()).arrayBuffer()), bytes);
    const final = await (await ai.streamText("@cf/a/1", "x", options)).final();
    deepEqual([final.text, final.meta.tried.length], ["yes", 2]);
  }
});

test("where all have failed the error says why each has", async ({ lib }) => {
  const { fetch } = recorder((_request, index) => OPENINGS[index][1]());
  const ai = restClient(lib, { fetch, maxRetries: 0 });
  const error = await ai
    .streamText("@cf/a/0", "x", { fallback: ["@cf/a/1", "@cf/a/2"] })
    .catch((error) => error);
  equal(error.code, "CAPACITY");
  equal(error.attempts, 3);
  deepEqual(
    JSON.parse(JSON.stringify(error)).tried.map(({ model, code }) => [model, code]),
    [
      ["@cf/a/0", "SERVER"],
      ["@cf/a/1", "CAPACITY"],
      ["@cf/a/2", "CAPACITY"],
    ],
  );
});

test("what breaks behind the first piece is the caller's to see", async ({ lib }) => {
  const { fetch, requests } = recorder(() => sse(delta("y"), '{"errors":[{"code":3040,"message":"busy"}]}'));
  const ai = restClient(lib, { fetch, maxRetries: 0 });
  const stream = await ai.streamText("@cf/a/1", "x", { fallback: ["@cf/a/2"] });
  const error = await stream.text().catch((error) => error);
  deepEqual([error.code, error.partial.text, requests.length], ["CAPACITY", "y", 1]);
});

test("a stream that says nothing in time is the next model's turn; aborting ends all", async ({ lib }) => {
  const { fetch, requests } = recorder((_request, index) => (index === 0 ? sse(delta(""), null) : whole()));
  const ai = restClient(lib, { fetch, maxRetries: 0 });
  const stream = await ai.streamText("@cf/a/1", "x", { timeout: { idle: 20 }, fallback: ["@cf/a/2"] });
  equal(await stream.text(), "yes");
  deepEqual(
    stream.meta.tried.map(({ code }) => code),
    ["TIMEOUT", undefined],
  );
  equal(requests.length, 2);
  const hanging = recorder(() => sse(delta(""), null));
  const controller = new AbortController();
  const { signal } = controller;
  const hooks = { onResponse: () => controller.abort() };
  const other = restClient(lib, { fetch: hanging.fetch, maxRetries: 0, hooks });
  await rejects(other.streamText("@cf/a/1", "x", { signal, fallback: ["@cf/a/2"] }), { code: "ABORTED" });
  equal(hanging.requests.length, 1);
});

testEachDoor("streamObject and tried on every door", async ({ door }) => {
  const ai = door.client();
  const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
  const stream = await ai.streamObject(GONE, { schema, prompt: "x" }, { fallback });
  ok(await stream.object);
  const result = await ai.generateText(GONE, "echo: x", { fallback });
  deepEqual(
    result.meta.tried.map(({ model, code }) => [model, code]),
    [
      [GONE, "MODEL_NOT_FOUND"],
      [MODELS.legacy, undefined],
    ],
  );
});
