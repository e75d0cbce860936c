// The endpoints beside the models: over REST, on the object, and through the genuine binding.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { createLocalAI, createLocalHandler, serveLocalAI } from "../../../pkg-template/local/index.js";
import { startWorkerd } from "../../../www/workerd.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const BATCHED = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const ACCOUNT = "0".repeat(32);

const rest = (options = {}) => {
  const handle = createLocalHandler({ engine: "stand-in", ...options });
  return async (path, { method = "GET", json, headers = {}, ...init } = {}) => {
    const sent = json === undefined ? init : { ...init, body: JSON.stringify(json) };
    if (json !== undefined) headers["content-type"] = "application/json";
    const response = await handle(
      new Request(`http://local/client/v4/accounts/${ACCOUNT}${path}`, {
        method: sent.body === undefined ? method : method === "GET" ? "POST" : method,
        headers: { authorization: "Bearer t", ...headers },
        ...sent,
      }),
    );
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
};

let server;
let workerd;
before(async () => {
  server = await serveLocalAI({ engine: "stand-in" });
  const config = fileURLToPath(new URL("worker/config.capnp", import.meta.url));
  workerd = await startWorkerd(config, { external: { upstream: new URL(server.url).host } });
});
after(async () => {
  await workerd?.close();
  await server?.close();
});

/** The same question to the genuine binding. */
async function genuine(question) {
  const response = await fetch(`http://127.0.0.1:${workerd.port}/`, {
    method: "POST",
    body: JSON.stringify(question),
  });
  return response.json();
}

test("models are searched by text, task, author and source, in pages", async () => {
  const call = rest();
  const search = (query) => call(`/ai/models/search?${new URLSearchParams(query)}`);
  const { body } = await search({ task: "Text Embeddings", per_page: 3, page: 2 });
  assert.deepEqual(
    { ...body.result_info, length: body.result.length },
    { count: 3, page: 2, per_page: 3, total_count: 7, length: 3 },
  );
  assert.ok(body.result.every(({ task }) => task.name === "Text Embeddings"));
  const [nova] = (await search({ search: "nova-3", author: "deepgram", source: 1 })).body.result;
  assert.equal(nova.name, "@cf/deepgram/nova-3");
  assert.notEqual(nova.id, nova.name);
  const property = (id) => nova.properties.find(({ property_id }) => property_id === id)?.value;
  assert.equal(property("async_queue"), "true");
  assert.equal(property("price")[0].unit, "per audio minute");
  const deprecated = await search({ search: "llama-2-7b-chat-int8" });
  assert.equal(deprecated.body.result.length, 0);
  const requested = await search({ search: "llama-2-7b-chat-int8", include_deprecated: true });
  assert.equal(requested.body.result.length, 1);
});

test("a model's schemas, tasks and authors", async () => {
  const call = rest();
  const { body } = await call(`/ai/models/schema?model=${LLAMA}`);
  const [prompt] = body.result.input.oneOf;
  assert.deepEqual([prompt.required, prompt.properties.max_tokens.type], [["prompt"], "integer"]);
  assert.ok(body.result.output.oneOf.some(({ contentType }) => contentType === "text/event-stream"));
  assert.equal((await call("/ai/models/schema?model=@cf/no/such")).body.errors[0].code, 5007);
  const tasks = (await call("/ai/tasks/search")).body.result;
  assert.equal(tasks.find(({ name }) => name === "Translation").id, "f57d07cb-9087-487a-bbbf-bc3e17fecc4b");
  assert.ok((await call("/ai/authors/search")).body.result.some(({ name }) => name === "meta"));
});

test("the binding lists models without an envelope", async () => {
  const params = { task: "Translation", per_page: 5 };
  const listed = await createLocalAI({ engine: "stand-in" }).models(params);
  assert.deepEqual(
    listed.map(({ name }) => name),
    ["@cf/ai4bharat/indictrans2-en-indic-1B", "@cf/meta/m2m100-1.2b"],
  );
  assert.deepEqual((await genuine({ member: "models", args: [params] })).value, listed);
});

test("a batch is queued, runs, and ends with an answer per request", async () => {
  const call = rest();
  const path = `/ai/run/${BATCHED}?queueRequest=true`;
  const requests = [
    { prompt: "echo: one", external_reference: "first" },
    { prompt: "" },
    { messages: [{ role: "user", content: "echo: three" }] },
  ];
  const submitted = (await call(path, { json: { requests } })).body.result;
  assert.deepEqual([submitted.status, submitted.model], ["queued", BATCHED]);
  const poll = async () => (await call(path, { json: { request_id: submitted.request_id } })).body.result;
  assert.equal((await poll()).status, "queued");
  assert.equal((await poll()).status, "running");
  const { responses, usage } = await poll();
  assert.deepEqual(
    responses.map(({ id, success, external_reference, result }) => [
      id,
      success,
      external_reference,
      result.response,
    ]),
    [
      [0, true, "first", "one"],
      [1, false, null, undefined],
      [2, true, null, "three"],
    ],
  );
  assert.equal(responses[1].errors[0].code, 5006);
  assert.ok(usage.total_tokens > 0);
  assert.deepEqual(await poll().then(({ responses }) => responses), responses);
});

test("a batch through the binding: the option submits, the id alone polls; one item fails on request", async () => {
  const inputs = { requests: [{ text: "a" }, { text: "b" }] };
  const model = "@cf/baai/bge-small-en-v1.5";
  const options = { queueRequest: true, extraHeaders: { "x-local-fault": "fail-item=1" } };
  const submitted = (await genuine({ model, inputs, options })).value;
  let seen;
  for (const expected of ["queued", "running", undefined]) {
    seen = (await genuine({ model, inputs: { request_id: submitted.request_id } })).value;
    assert.equal(seen.status, expected);
  }
  assert.deepEqual(
    seen.responses.map(({ success }) => success),
    [true, false],
  );
  assert.equal(seen.responses[1].errors[0].code, 3040);
});

for (const [what, json, model, query = "?queueRequest=true"] of [
  ["requests without the queue", { requests: [{ prompt: "x" }] }, BATCHED, ""],
  ["a model without a queue", { requests: [{ prompt: "x" }] }, "@cf/meta/llama-3.2-1b-instruct"],
  ["no requests", { requests: [] }, BATCHED],
  ["an unknown request id", { request_id: "no" }, BATCHED],
  ["a batch that must not wait", { requests: [{ prompt: "x" }], options: { rejectIfBusy: true } }, BATCHED],
]) {
  test(`${what} is refused`, async () => {
    const { status, body } = await rest()(`/ai/run/${model}${query}`, { json });
    assert.deepEqual([status, body.errors[0].code], [400, 5006]);
  });
}

test("finetunes: created, listed in an array in an array, filled, used", async () => {
  const call = rest();
  const model = "@cf/mistral/mistral-7b-instruct-v0.2-lora";
  const created = (await call("/ai/finetunes", { json: { model, name: "mine" } })).body.result;
  assert.deepEqual([created.name, created.public], ["mine", false]);
  assert.deepEqual((await call("/ai/finetunes")).body.result, [[created]]);
  const ask = (lora) => call(`/ai/run/${model}`, { json: { prompt: "echo: hi", lora } });
  assert.equal((await ask("mine")).body.errors[0].code, 3039);
  for (const name of ["adapter_config.json", "adapter_model.safetensors"]) {
    const body = new FormData();
    body.append("file_name", name);
    body.append("file", new File(["{}"], name));
    const uploaded = await call(`/ai/finetunes/${created.id}/finetune-assets`, { body });
    assert.equal(uploaded.body.result.success, true);
    assert.equal((await call(`/ai/finetunes/${created.id}/finetune-assets`, { body })).status, 400);
  }
  assert.equal((await ask("mine")).body.result.response, "hi");
  const other = await call("/ai/run/@cf/meta/llama-3.2-1b-instruct", { json: { prompt: "x", lora: "mine" } });
  assert.deepEqual([other.status, other.body.errors[0].code], [405, 5005]);
  assert.equal((await call("/ai/finetunes/public?limit=1&offset=1")).body.result.length, 1);
});

const DOCUMENTS = [
  { name: "a.html", type: "text/html", text: "<h1>Hi</h1><p>A <b>bold</b> <a href='/x'>link</a></p>" },
  { name: "b.csv", type: "text/csv", text: 'name,says\nAda,"a, b"\n' },
  { name: "c.exe", type: "application/x-msdownload", text: "MZ" },
];
const CONVERTED = [
  ["a.html", "markdown", "# Hi\n\nA **bold** [link](https://example.com/x)"],
  ["b.csv", "markdown", "| name | says |\n| --- | --- |\n| Ada | a, b |"],
  ["c.exe", "error", undefined],
];
const summary = (results) => results.map(({ name, format, data }) => [name, format, data]);
const conversionOptions = { html: { hostname: "example.com" } };

test("documents become Markdown over REST, each with its own success or error", async () => {
  const body = new FormData();
  for (const { name, type, text } of DOCUMENTS) body.append("files", new File([text], name, { type }));
  body.append("conversionOptions", JSON.stringify(conversionOptions));
  const reply = await rest()("/ai/tomarkdown", { body });
  assert.equal(reply.status, 200);
  assert.deepEqual(summary(reply.body.result), CONVERTED);
  assert.equal(typeof reply.body.result[0].tokens, "number");
  assert.match(reply.body.result[2].error, /^Unsupported file type/);
});

test("documents become Markdown on the object and through the genuine binding", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  const files = DOCUMENTS.map(({ name, type, text }) => ({ name, blob: new Blob([text], { type }) }));
  assert.deepEqual(summary(await ai.toMarkdown(files, { conversionOptions })), CONVERTED);
  const one = await ai.toMarkdown().transform(files[1]);
  assert.equal(one.name, "b.csv");
  const args = [DOCUMENTS, { conversionOptions }];
  assert.deepEqual(summary((await genuine({ member: "toMarkdown", args })).value), CONVERTED);
  const supported = await ai.toMarkdown().supported();
  assert.ok(
    supported.some(({ extension, mimeType }) => extension === ".pdf" && mimeType === "application/pdf"),
  );
  assert.deepEqual((await genuine({ member: "supported", args: [] })).value, supported);
  assert.deepEqual((await rest()("/ai/tomarkdown/supported")).body.result, supported);
});

test("a gateway keeps logs, which can be read and marked, and says when there is none", async () => {
  const call = rest();
  const requested = await call(`/ai/run/${LLAMA}`, {
    json: { prompt: "echo: hi" },
    headers: { "cf-aig-gateway-id": "mine", "cf-aig-metadata": '{"user":"ada"}' },
  });
  const id = requested.headers.get("cf-aig-log-id");
  const path = `/ai-gateway/gateways/mine/logs/${id}`;
  const log = (await call(path)).body.result;
  assert.deepEqual(
    [log.id, log.model, log.provider, log.status_code, log.success, log.cached, log.metadata],
    [id, LLAMA, "workers-ai", 200, true, false, { user: "ada" }],
  );
  await call(path, { method: "PATCH", json: { feedback: 1, score: 80 } });
  const patched = (await call(path)).body.result;
  assert.deepEqual([patched.feedback, patched.score], [1, 80]);
  assert.equal((await call("/ai-gateway/gateways/other/logs/none")).status, 404);
});

test("a failed call has a log too; one that asked for none has none", async () => {
  const call = rest();
  const ask = (headers) =>
    call(`/ai/run/${LLAMA}`, { json: { prompt: "" }, headers: { "cf-aig-gateway-id": "mine", ...headers } });
  const logged = (await ask({})).headers.get("cf-aig-log-id");
  const log = (await call(`/ai-gateway/gateways/mine/logs/${logged}`)).body.result;
  assert.deepEqual([log.success, log.status_code], [false, 400]);
  const unlogged = (await ask({ "cf-aig-collect-log": "false" })).headers.get("cf-aig-log-id");
  assert.equal((await call(`/ai-gateway/gateways/mine/logs/${unlogged}`)).status, 404);
});

test("a gateway's cache answers what was asked before, if it was told to", async () => {
  const call = rest();
  const ask = async (prompt, headers) => {
    const reply = await call(`/ai/run/${LLAMA}`, {
      json: { prompt },
      headers: { "cf-aig-gateway-id": "mine", ...headers },
    });
    return [reply.headers.get("cf-aig-cache-status"), reply.body.result.response];
  };
  const ttl = { "cf-aig-cache-ttl": "60" };
  assert.deepEqual(await ask("echo: a", {}), ["MISS", "a"]);
  assert.deepEqual(await ask("echo: a", ttl), ["MISS", "a"]);
  assert.deepEqual(await ask("echo: a", ttl), ["HIT", "a"]);
  assert.deepEqual(await ask("echo: b", ttl), ["MISS", "b"]);
  assert.deepEqual(await ask("echo: a", { ...ttl, "cf-aig-skip-cache": "true" }), ["MISS", "a"]);
  assert.deepEqual(await ask("echo: x", { "cf-aig-cache-key": "k" }), ["MISS", "x"]);
  assert.deepEqual(await ask("echo: y", { "cf-aig-cache-key": "k" }), ["HIT", "x"]);
});

test("a gateway that has spent what it may refuses until its window ends, on every door", async () => {
  const spendLimits = { mine: { usd: 1e-4 }, shut: { usd: 0 }, brief: { usd: 1e-9, windowMs: 1 } };
  const ai = createLocalAI({ engine: "stand-in", spendLimits });
  const ask = (id, model = LLAMA, more = {}) =>
    ai.run(model, { prompt: "count: 40", stream: true, ...more }, { gateway: { id } });
  const spend = async (id) => {
    const stream = await ask(id);
    for await (const _ of stream);
    return ai.aiGatewayLogId;
  };
  const log = await ai.gateway("mine").getLog(await spend("mine"));
  assert.ok(log.tokens_out === 40 && log.cost > 0, JSON.stringify(log));
  while (await spend("mine").catch(({ message }) => assert.match(message, /^2041: Spend limit exceeded/)));
  await assert.rejects(ask("shut"), { name: "AiGatewayError", message: /^2041: / });
  const messages = [{ role: "user", content: "echo: x" }];
  await assert.rejects(
    ai.run(
      "openai/gpt-5.2",
      { messages },
      { gateway: { id: "shut" }, openaiEndpoint: "/v1/chat/completions" },
    ),
    { message: /^2041: / },
  );
  assert.equal((await ai.run(LLAMA, { prompt: "echo: x" })).response, "x", "past any gateway");
  assert.equal((await ai.run(LLAMA, { prompt: "echo: x" }, { gateway: { id: "free" } })).response, "x");
  const call = rest({ spendLimits });
  for (const path of [`/ai/run/${LLAMA}`, "/ai/v1/chat/completions"]) {
    const json = { model: LLAMA, messages };
    const { status, body } = await call(path, { json, headers: { "cf-aig-gateway-id": "shut" } });
    assert.deepEqual([status, body.success, body.errors[0].code], [429, false, 2041]);
  }
  // A window that is over counts from nothing.
  const short = () => spend("brief").then(Boolean, () => false);
  assert.ok(await short());
  const over = Date.now() + 2;
  while (Date.now() < over) await new Promise(setImmediate);
  assert.ok(await short());
  for (const wrong of [{ a: 5 }, { a: { usd: -1 } }, { a: { usd: 1, windowMs: 0 } }])
    assert.throws(() => createLocalAI({ spendLimits: wrong }), /spendLimits\["a"\]/);
});

test("the client reads a spend limit as what it is, and does not ask again", async () => {
  const { WorkersAI } = await import("workers-ai-wasm");
  const calls = [];
  const binding = createLocalAI({
    engine: "stand-in",
    spendLimits: { "*": { usd: 0 } },
    onCall: (call) => calls.push(call.code),
  });
  const ai = new WorkersAI({ binding, gateway: "any" });
  const error = await ai.generateText(LLAMA, "hello").catch((failure) => failure);
  assert.deepEqual(
    [error.code, error.status, error.internalCode, error.retryable],
    ["SPEND_LIMIT", 429, 2041, false],
  );
  assert.deepEqual(calls, [2041]);
});

test("the gateway's members on the object and through the genuine binding", async () => {
  const ai = createLocalAI({ engine: "stand-in" });
  await ai.run(LLAMA, { prompt: "x" }, { gateway: { id: "mine" } });
  const gateway = ai.gateway("mine");
  const log = await gateway.getLog(ai.aiGatewayLogId);
  assert.ok(log.created_at instanceof Date);
  await gateway.patchLog(ai.aiGatewayLogId, { feedback: -1 });
  assert.equal((await gateway.getLog(ai.aiGatewayLogId)).feedback, -1);
  await assert.rejects(gateway.getLog("none"), { name: "AiGatewayLogNotFound" });
  const url = await gateway.getUrl("workers-ai");
  assert.equal((await genuine({ member: "getUrl", args: ["mine", "workers-ai"] })).value, url);

  const { logId } = await genuine({
    model: LLAMA,
    inputs: { prompt: "x" },
    options: { gateway: { id: "mine" } },
  });
  assert.equal((await genuine({ member: "getLog", args: ["mine", logId] })).value.model, LLAMA);
  assert.equal((await genuine({ member: "patchLog", args: ["mine", logId, { score: 1 }] })).kind, "value");
  assert.equal((await genuine({ member: "getLog", args: ["mine", "none"] })).name, "AiGatewayLogNotFound");
});

test("a universal run falls back to the next step", async () => {
  const steps = [
    { provider: "workers-ai", endpoint: "run/@cf/no/such", headers: {}, query: { prompt: "x" } },
    { provider: "workers-ai", endpoint: LLAMA, headers: {}, query: { prompt: "echo: second" } },
  ];
  const seen = (await genuine({ member: "universal", args: ["mine", steps] })).value;
  assert.deepEqual([seen.status, seen.step, seen.body.result.response], [200, "1", "second"]);
  const ai = createLocalAI({ engine: "stand-in" });
  const response = await ai.gateway("mine").run(steps[0]);
  assert.equal(response.status, 400);
});

test("the gateway's own host: the model in the path, the unified endpoint, the universal one", async () => {
  const post = async (path, json) => {
    const response = await fetch(`${server.url}/v1/${server.accountId}/mine${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${server.apiToken}`, "content-type": "application/json" },
      body: JSON.stringify(json),
    });
    return { response, body: await response.json() };
  };
  for (const path of [`/workers-ai/${LLAMA}`, `/workers-ai/run/${LLAMA}`]) {
    const { response, body } = await post(path, { prompt: "echo: hi" });
    assert.equal(body.result.response, "hi");
    assert.ok(response.headers.get("cf-aig-log-id"));
  }
  const messages = [{ role: "user", content: "echo: hi" }];
  const chat = await post("/compat/chat/completions", { model: `workers-ai/${LLAMA}`, messages });
  assert.equal(chat.body.choices[0].message.content, "hi");
  const steps = [{ provider: "workers-ai", endpoint: LLAMA, headers: {}, query: { prompt: "echo: all" } }];
  assert.equal((await post("", steps)).body.result.response, "all");
});

test("run without a model in the path", async () => {
  const call = rest();
  const json = { model: LLAMA, input: { prompt: "echo: hi" } };
  const { body } = await call("/ai/run", { json, headers: { "cf-aig-gateway-id": "default" } });
  assert.deepEqual([body.state, body.result.response, body.model], ["Completed", "hi", LLAMA]);
  const refused = await call("/ai/run", { json });
  assert.deepEqual([refused.status, refused.body.code], [400, 5006]);
});

test("faults reach every endpoint", async () => {
  const call = rest();
  for (const path of ["/ai/models/search", "/ai/finetunes", "/ai-gateway/gateways/a/url/universal"]) {
    const { status, body } = await call(path, { headers: { "x-local-fault": "capacity" } });
    assert.deepEqual([status, body.errors[0].code], [429, 3040]);
  }
});

test("models past their end are served, or refused if that is wanted", async () => {
  const path = `/ai/run/${LLAMA}`;
  assert.equal((await rest()(path, { json: { prompt: "echo: hi" } })).status, 200);
  const refused = await rest({ deprecated: "refuse" })(path, { json: { prompt: "echo: hi" } });
  assert.deepEqual([refused.status, refused.body.errors[0].code], [410, 5028]);
});

test("an added model may be like one of the catalogue", async () => {
  const models = { "@cf/new/classifier": { like: "@cf/huggingface/distilbert-sst-2-int8" } };
  const ai = createLocalAI({ engine: "stand-in", models });
  assert.equal((await ai.run("@cf/new/classifier", { text: "great" })).length, 2);
  assert.equal((await ai.models({ search: "@cf/new" }))[0].task.name, "Text Classification");
  assert.throws(() => createLocalAI({ models: { "@cf/new/x": { like: "@cf/no/such" } } }), TypeError);
});

test("with Cloudflare behind it, what came by the gateway's paths goes to its REST API", async () => {
  const seen = [];
  const fake = async (url, init) => {
    seen.push([
      new URL(url).pathname,
      init.headers.get("cf-aig-gateway-id"),
      await new Response(init.body).json(),
    ]);
    return Response.json({ result: { response: "real" }, success: true, errors: [], messages: [] });
  };
  const cloudflare = { accountId: ACCOUNT, apiToken: "secret", fetch: fake };
  const handle = createLocalHandler({ engine: "cloudflare", cloudflare });
  const post = (path, json) =>
    handle(
      new Request(`http://local/v1/${ACCOUNT}/mine${path}`, {
        method: "POST",
        headers: { authorization: "Bearer t", "content-type": "application/json" },
        body: JSON.stringify(json),
      }),
    );
  await post(`/workers-ai/${LLAMA}`, { prompt: "x" });
  await post("/compat/chat/completions", { model: `workers-ai/${LLAMA}`, messages: [] });
  const universal = await createLocalAI({ engine: "cloudflare", cloudflare })
    .gateway("other")
    .run({ provider: "workers-ai", endpoint: LLAMA, headers: {}, query: { prompt: "y" } });
  assert.equal((await universal.json()).result.response, "real");
  const base = `/client/v4/accounts/${ACCOUNT}/ai`;
  assert.deepEqual(seen, [
    [`${base}/run/${LLAMA}`, "mine", { prompt: "x" }],
    [`${base}/v1/chat/completions`, "mine", { model: LLAMA, messages: [] }],
    [`${base}/run/${LLAMA}`, "other", { prompt: "y" }],
  ]);
});

test("with Cloudflare behind it, the binding's other members ask its REST API", async () => {
  const seen = [];
  const fake = async (url, init) => {
    const { pathname, search } = new URL(url);
    const form = init.body && (await new Response(init.body, { headers: init.headers }).formData());
    seen.push([
      init.method,
      pathname.split(ACCOUNT)[1] + search,
      form?.getAll("files").map(({ name }) => name),
    ]);
    return Response.json({ result: [], success: true, errors: [], messages: [] });
  };
  const ai = createLocalAI({
    engine: "cloudflare",
    cloudflare: { accountId: ACCOUNT, apiToken: "secret", fetch: fake },
  });
  await ai.models({ search: "x" });
  await ai.toMarkdown([{ name: "a.html", blob: new Blob(["x"], { type: "text/html" }) }]);
  await ai.toMarkdown().supported();
  await ai.gateway("mine").getLog("id");
  assert.deepEqual(seen, [
    ["GET", "/ai/models/search?search=x", undefined],
    ["POST", "/ai/tomarkdown", ["a.html"]],
    ["GET", "/ai/tomarkdown/supported", undefined],
    ["GET", "/ai-gateway/gateways/mine/logs/id", undefined],
  ]);
});

test("a model has a queue if the list or its schema says so", async () => {
  const ai = createLocalAI({ engine: "stand-in", batchPolls: 0 });
  for (const [model, request] of [
    ["@cf/baai/bge-m3", { query: "a", contexts: [{ text: "b" }] }],
    ["@cf/meta/m2m100-1.2b", { text: "a", target_lang: "es" }],
    ["@cf/deepgram/aura-1", { text: "a" }],
  ]) {
    const { request_id } = await ai.run(model, { requests: [request] }, { queueRequest: true });
    const { responses } = await ai.run(model, { request_id });
    assert.deepEqual([responses.length, responses[0].success], [1, true], model);
  }
});

test("connections are kept for longer than clients keep them, so that no request meets their end", async () => {
  const response = await fetch(server.url);
  await response.text();
  assert.equal(response.headers.get("keep-alive"), "timeout=60");
});
