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
    const asked = [];
    const ai = door.client({ hooks: { onRequest: ({ model }) => asked.push(model) } });
    const options = { fallback: ["@cf/nobody/either", MODELS.legacy] };
    const result = await ai.generateText(GONE, "echo: at last", options);
    equal(result.text, "at last");
    equal(result.meta.model, MODELS.legacy);
    equal(result.meta.attempts, 3);
    deepEqual(asked, [GONE, "@cf/nobody/either", MODELS.legacy]);
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
  const asked = [];
  const ai = door.client({ hooks: { onRequest: ({ model }) => asked.push(model) } });
  const result = await ai.generateText(MODELS.chat, "echo: x", { fallback });
  equal(result.meta.attempts, 1);
  deepEqual(asked, [MODELS.chat]);
});

testEachDoor("the caller's own faults stay where they are", async ({ door }) => {
  const asked = [];
  const ai = door.client({ hooks: { onRequest: ({ model }) => asked.push(model) } });
  const bad = { prompt: "x", temperature: 99 };
  await rejects(ai.generateText(MODELS.legacy, bad, { fallback: [MODELS.chat] }), { code: "INVALID_INPUT" });
  await rejects(ai.generateText(MODELS.chat, "x", { fallback, signal: AbortSignal.abort() }), {
    code: "ABORTED",
  });
  ok(!asked.includes(MODELS.chat));
});

testEachDoor("a list that is none is refused by its place before any request", async ({ door }) => {
  const asked = [];
  const ai = door.client({ hooks: { onRequest: ({ model }) => asked.push(model) } });
  for (const [models, field] of [
    ["@cf/a/b", "fallback"],
    [null, "fallback"],
    [[MODELS.legacy, 5], "fallback[1]"],
    [["../x"], "fallback[0]"],
    [["@cf/baai/bge-m3"], "fallback[0]"],
  ]) {
    await rejects(ai.generateText(MODELS.chat, "x", { fallback: models }), { code: "INVALID_INPUT", field });
  }
  equal(asked.length, 0);
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
  for (const [answer, asked] of [
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
    equal(requests.length, asked);
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
