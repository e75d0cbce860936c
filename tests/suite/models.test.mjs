/** `models`: the live catalogue at every door. */
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { MODELS } from "./doors.mjs";
import { test, testEachDoor } from "./harness.mjs";
import { ACCOUNT, jsonResponse, recorder, restClient } from "./stubs.mjs";

testEachDoor("models.list awaited is an array; a filter narrows it", async ({ door }) => {
  const { models } = door.client();
  const all = await models.list();
  ok(Array.isArray(all) && all.length > 20, `${all.length} models`);
  const model = all.find(({ name }) => name === "@cf/meta/llama-3.3-70b-instruct-fp8-fast");
  equal(model.task.name, "Text Generation");
  equal(typeof model.id, "string");
  equal(model.contextWindow, 24000);
  ok(model.capabilities.includes("functionCalling"));
  ok(model.properties.some((property) => property.property_id === "price" && Array.isArray(property.value)));
  const embeddings = await models.list({ task: "Text Embeddings" });
  ok(embeddings.length > 0 && embeddings.length < all.length);
  ok(embeddings.every(({ task }) => task.name === "Text Embeddings"));
});

testEachDoor("models.list looped over asks for a page when it needs it", async ({ door }) => {
  const requests = [];
  const ai = door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  const names = [];
  for await (const { name } of ai.models.list({ per_page: 5 })) {
    names.push(name);
    if (names.length === 12) break;
  }
  equal(requests.length, 3);
  equal(new Set(names).size, 12);
  deepEqual(requests[0], { attempt: 1, door: door.name, endpoint: "models.list" });
  const whole = await ai.models.list({ per_page: 50 });
  deepEqual(
    names,
    whole.slice(0, 12).map(({ name }) => name),
  );
});

testEachDoor("models.get finds a model by the id that methods take", async ({ door }) => {
  const { models } = door.client();
  equal((await models.get("@cf/baai/bge-m3")).name, "@cf/baai/bge-m3");
  await rejects(models.get("@cf/nobody/nothing"), { code: "MODEL_NOT_FOUND", field: "id" });
  await rejects(models.get("../x"), { code: "INVALID_INPUT" });
  await rejects(models.get(), { code: "INVALID_INPUT", field: "id" });
});

testEachDoor(
  "models.schema gives both schemas over HTTP, and says why not on the binding",
  async ({ door }) => {
    const { models } = door.client();
    if (door.name === "binding") {
      await rejects(models.schema(MODELS.legacy), { code: "CONFIG", field: "binding", message: /accountId/ });
      return;
    }
    const schema = await models.schema(MODELS.legacy);
    ok(typeof schema.input === "object" && typeof schema.output === "object");
    deepEqual(Object.keys(schema).sort(), ["input", "output"]);
  },
);

testEachDoor("a filter that is none is refused by name before any request", async ({ door }) => {
  const requests = [];
  const { models } = door.client({ hooks: { onRequest: (info) => requests.push(info) } });
  for (const [filter, field] of [
    ["Text Generation", "filter"],
    [{ task: 5 }, "task"],
    [{ per_page: 0 }, "per_page"],
    [{ search: () => {} }, "search"],
  ]) {
    await rejects(models.list(filter), { code: "INVALID_INPUT", field });
  }
  equal(requests.length, 0);
});

testEachDoor("lists are asked again where that helps, with the options of any call", async ({ door }) => {
  const retries = [];
  const ai = door.client({ hooks: { onRetry: (info) => retries.push(info) } });
  const aborted = ai.models.list({}, { signal: AbortSignal.abort() });
  await rejects(Promise.resolve(aborted), { code: "ABORTED" });
  if (door.name === "binding") return; // Its function takes no headers, so no fault can be asked for.
  const headers = { "x-local-fault": `capacity, times=1, retry-after=0, id=${crypto.randomUUID()}` };
  ok((await ai.models.list({}, { headers })).length > 0);
  equal(retries.length, 1);
  equal(retries[0].endpoint, "models.list");
});

test("requests say what they ask, once per page, until a page repeats", async ({ lib }) => {
  const model = (name) => ({
    id: `uuid of ${name}`,
    name,
    task: { name: "Text Generation" },
    properties: [],
  });
  const pages = [
    ["@cf/a/1", "@cf/a/2"],
    ["@cf/a/3", "@cf/a/4"],
    ["@cf/a/3", "@cf/a/4"],
  ];
  const { fetch, requests } = recorder((_request, index) =>
    jsonResponse({ success: true, result: pages[index].map(model), errors: [], messages: [] }),
  );
  const ai = restClient(lib, { gateway: "g", fetch });
  const all = await ai.models.list({ author: "a & b", per_page: 2, hide_experimental: true });
  deepEqual(
    all.map(({ name }) => name),
    ["@cf/a/1", "@cf/a/2", "@cf/a/3", "@cf/a/4"],
  );
  const base = `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/ai/models/search`;
  deepEqual(
    requests.map(({ method, url }) => `${method} ${url}`),
    [1, 2, 3].map((page) => `GET ${base}?author=a%20%26%20b&hide_experimental=true&page=${page}&per_page=2`),
  );
  deepEqual(requests[0].headers, { authorization: "Bearer tok-en-of-test" });
  equal(requests[0].body, undefined);
});

test("the total that the service counts ends a list", async ({ lib }) => {
  const result = [{ id: "u", name: "@cf/a/1", properties: [] }];
  const { fetch, requests } = recorder(() =>
    jsonResponse({ success: true, result, result_info: { total_count: 1, page: 1, per_page: 1, count: 1 } }),
  );
  const ai = restClient(lib, { fetch });
  equal((await ai.models.list({ per_page: 1 })).length, 1);
  equal(requests.length, 1);
});

test("on a binding its own function is called, with this intact", async ({ lib }) => {
  class Stub {
    #asked = [];
    run() {}
    async models(params) {
      this.#asked.push(params);
      return [{ id: "u", name: "@cf/a/1", properties: [] }];
    }
    get requested() {
      return this.#asked;
    }
  }
  const binding = new Stub();
  const [model] = await new lib.WorkersAI({ binding }).models.list({ task: "Translation" });
  equal(model.name, "@cf/a/1");
  // A page that is shorter than it may be need not be the last one.
  deepEqual(
    binding.requested,
    [1, 2].map((page) => ({ task: "Translation", page, per_page: 100 })),
  );
});

test("a stand-in with fetch alone will do; one without either is told of", async ({ lib }) => {
  const requested = [];
  const binding = {
    run() {},
    async fetch(url, { method }) {
      requested.push(`${method} ${url}`);
      return jsonResponse({ success: true, result: [{ id: "u", name: "@cf/a/1", properties: [] }] });
    },
  };
  equal((await new lib.WorkersAI({ binding }).models.list()).length, 1);
  const address = "GET https://workers-binding.ai/ai-api/models/search";
  deepEqual(requested, [`${address}?page=1&per_page=100`, `${address}?page=2&per_page=100`]);
  const error = await rejects(new lib.WorkersAI({ binding: { run() {} } }).models.list(), {
    code: "CONFIG",
    field: "binding",
  });
  match(error.message, /no function models/);
});

test("what the binding's function throws is an error like any other", async ({ lib }) => {
  const failing = (name, message) => ({
    run() {},
    models: () => Promise.reject(Object.assign(new Error(message), { name })),
  });
  const list = (binding, options) => new lib.WorkersAI({ binding, ...options }).models.list();
  await rejects(list(failing("AiInternalError", "Internal Error"), { maxRetries: 0 }), {
    code: "SERVER",
    retryable: true,
    attempts: 1,
  });
  const error = await rejects(list(failing("AiInternalError", "10000: Authentication error")), {
    code: "AUTH",
    internalCode: 10000,
  });
  equal(error.cause.name, "AiInternalError");
  await rejects(list({ run() {}, models: () => Promise.resolve("nonsense") }), {
    code: "MALFORMED_RESPONSE",
  });
});

test("a binding's function that never answers is not waited for", async ({ lib }) => {
  const binding = { run() {}, models: () => new Promise(() => {}) };
  const ai = new lib.WorkersAI({ binding, maxRetries: 0 });
  await rejects(ai.models.list({}, { timeout: 20 }), { code: "TIMEOUT" });
  const controller = new AbortController();
  const hooks = { onRequest: () => queueMicrotask(() => controller.abort()) };
  const pending = new lib.WorkersAI({ binding, hooks }).models.list({}, { signal: controller.signal });
  await rejects(Promise.resolve(pending), { code: "ABORTED" });
});

test("an answer that is too large, or none, is said to be so", async ({ lib }) => {
  const client = (answer, options) => restClient(lib, { fetch: recorder(answer).fetch, ...options });
  const large = client(() => jsonResponse({ success: true, result: ["x".repeat(2000)] }), {
    maxResponseBytes: 1000,
  });
  await rejects(large.models.list(), { code: "TOO_LARGE" });
  const page = client(() => new Response("<html>", { headers: { "content-type": "text/html" } }));
  await rejects(page.models.list(), { code: "MALFORMED_RESPONSE" });
});
