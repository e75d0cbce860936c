/** What passes the proxy, through either upstream, and how the owner's hooks are asked. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { createProxy } from "workers-ai-wasm/proxy";
import { ask, CHAT, deferred, ORIGIN, overBinding, overHttp } from "./helpers.mjs";

const UPSTREAMS = { http: overHttp, binding: overBinding };
const WHISPER = "@cf/openai/whisper";
const BATCHED = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

/** The client as a page has it, on the proxy. */
const clientOf = (proxy) =>
  new WorkersAI({
    baseURL: `${ORIGIN}/ai`,
    fetch: (url, init) => proxy(new Request(url, { ...init, headers: { ...init.headers, origin: ORIGIN } })),
  });

for (const [name, upstream] of Object.entries(UPSTREAMS)) {
  test(`text, streams and errors are the service's own [${name}]`, async () => {
    const ai = clientOf(upstream().proxy);
    const whole = await ai.generateText(CHAT, "Hello");
    assert.ok(whole.text.length > 0 && whole.usage.totalTokens > 0);
    const stream = await ai.streamText(CHAT, "Hello");
    assert.equal(await stream.text(), whole.text);
    await assert.rejects(ai.generateText(CHAT, { prompt: "Hello", temperature: 9 }), {
      name: "WorkersAIError",
      code: "INVALID_INPUT",
    });
  });

  test(`raw media and bytes pass [${name}]`, async () => {
    const ai = clientOf(upstream({ models: [WHISPER, "@cf/deepgram/aura-1"] }).proxy);
    const speech = await new Response(
      await ai.run("@cf/deepgram/aura-1", { text: "Hello", encoding: "linear16", container: "wav" }),
    ).arrayBuffer();
    assert.equal(new TextDecoder().decode(speech.slice(0, 4)), "RIFF");
    const { text } = await ai.run(WHISPER, new Blob([speech], { type: "audio/wav" }));
    assert.ok(text.length > 0);
  });

  test(`the page going away ends the request [${name}]`, async () => {
    const ended = deferred();
    const { proxy } = upstream({}, { pace: 5, onCall: (call) => ended.resolve(call) });
    const gone = new AbortController();
    const response = await proxy(
      ask(`run/${CHAT}`, { body: { prompt: "Hi", stream: true }, signal: gone.signal }),
    );
    const reader = response.body.getReader();
    await reader.read();
    await reader.cancel();
    gone.abort();
    assert.equal((await ended.promise).outcome, "cancelled");
  });
}

test("other origins may be named, and are answered with what browsers ask for", async () => {
  const { proxy } = overHttp({ origins: ["https://other.example"] });
  const headers = { origin: "https://other.example" };
  const question = await proxy(
    new Request(`${ORIGIN}/ai/run/${CHAT}`, {
      method: "OPTIONS",
      headers: {
        ...headers,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    }),
  );
  assert.equal(question.status, 204);
  assert.equal(question.headers.get("access-control-allow-origin"), "https://other.example");
  assert.match(question.headers.get("access-control-allow-headers"), /content-type/);
  const response = await proxy(ask(`run/${CHAT}`, { headers }));
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("access-control-allow-origin"), "https://other.example");
  assert.equal(response.headers.get("vary"), "origin");
});

test("the owner's hooks decide, and see no body", async () => {
  const noted = [];
  const options = {
    authorize: (request, facts, env) => {
      noted.push({ facts, env });
      return request.headers.get("x-user") === "ada";
    },
    rateLimit: (request) => (request.headers.get("x-fast") === null ? true : { retryAfterMs: 1500 }),
    transform: (input) => ({ ...input, max_tokens: 5 }),
  };
  const { proxy, seen } = overHttp(options);
  const send = (headers) => proxy(ask(`run/${CHAT}`, { headers }), "env");
  assert.equal((await send({})).status, 401);
  const fast = await send({ "x-user": "ada", "x-fast": "1" });
  assert.deepEqual([fast.status, fast.headers.get("retry-after")], [429, "2"]);
  assert.equal(seen.length, 0);
  assert.equal((await send({ "x-user": "ada" })).status, 200);
  assert.deepEqual(JSON.parse(seen[0].init.body), { prompt: "Hi", max_tokens: 5 });
  assert.equal(noted[0].env, "env");
  assert.deepEqual(noted[0].facts, {
    endpoint: "run",
    model: CHAT,
    task: "Text Generation",
    method: "POST",
    below: `run/${CHAT}`,
    websocket: false,
  });
});

test("a hook that throws refuses, and only its owner hears why", async () => {
  const reported = [];
  const options = {
    authorize: () => {
      throw new Error("the database is down");
    },
    onError: (error) => reported.push(error.message),
  };
  const response = await overHttp(options).proxy(ask(`run/${CHAT}`));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /database/);
  assert.deepEqual(reported, ["the database is down"]);
});

test("OpenAI's endpoints are offered when asked for, with the model of the body checked", async () => {
  const { proxy } = overHttp({ endpoints: ["v1"] });
  const messages = [{ role: "user", content: "Hi" }];
  const fine = await proxy(ask("v1/chat/completions", { body: { model: CHAT, messages } }));
  assert.equal(fine.status, 200);
  assert.equal((await fine.json()).object, "chat.completion");
  const other = { model: "@cf/qwen/qwq-32b", messages };
  assert.equal((await proxy(ask("v1/chat/completions", { body: other }))).status, 403);
  assert.equal((await proxy(ask("v1/chat/completions", { body: { messages } }))).status, 400);
});

test("whole tasks may be offered", async () => {
  const { proxy } = overHttp({ models: undefined, tasks: ["Text Embeddings"] });
  assert.equal((await proxy(ask("run/@cf/baai/bge-m3", { body: { text: "Hi" } }))).status, 200);
  assert.equal((await proxy(ask(`run/${CHAT}`))).status, 403);
});

test("what is not set up rightly is said when the proxy is made", () => {
  const right = { models: [CHAT], accountId: "0123456789abcdef0123456789abcdef", apiToken: "t" };
  for (const [field, options] of [
    ["options", undefined],
    ["models", { ...right, models: undefined }],
    ["models", { ...right, models: [1] }],
    ["endpoints", { ...right, endpoints: ["accounts"] }],
    ["path", { ...right, path: "ai?" }],
    ["maxBodyBytes", { ...right, maxBodyBytes: 0 }],
    ["forwardHeaders", { ...right, forwardHeaders: "x-a" }],
    ["forwardHeaders", { ...right, forwardHeaders: ["x a"] }],
    ["forwardHeaders", { ...right, forwardHeaders: ["Authorization"] }],
    ["forwardHeaders", { ...right, forwardHeaders: ["cf-aig-authorization"] }],
    ["forwardHeaders", { ...right, forwardHeaders: ["Cookie"] }],
    ["forwardHeaders", { ...right, forwardHeaders: ["X-Forwarded-For"] }],
    ["forwardHeaders", { ...right, forwardHeaders: ["Content-Length"] }],
    ["exposeHeaders", { ...right, exposeHeaders: ["Set-Cookie"] }],
    ["exposeHeaders", { ...right, exposeHeaders: ["access-control-allow-origin"] }],
    ["origins", { ...right, origins: ["*"] }],
    ["origins", { ...right, origins: ["https://a.example/path"] }],
    ["authorize", { ...right, authorize: "yes" }],
    ["authorise", { ...right, authorise: () => false }],
    ["ratelimit", { ...right, ratelimit: () => false }],
    ["accountId", { ...right, accountId: "x" }],
    ["apiToken", { ...right, apiToken: "" }],
    ["binding", { models: [CHAT], binding: {} }],
    ["models", { ...right, models: ["llama"] }],
    ["models", { ...right, models: ["*"] }],
    ["models", { ...right, models: [CHAT, "@cf/meta/*"] }],
    ["models", { ...right, models: [""] }],
    ["tasks", { ...right, tasks: ["text generation"] }],
    ["tasks", { ...right, tasks: ["Chat"] }],
    ["batch", { ...right, batch: "yes" }],
    ["batch", { ...right, batch: 1 }],
    ["gateway", { ...right, gateway: {} }],
    ["gateway", { ...right, gateway: 5 }],
    ["gateway.cacheTtl", { ...right, gateway: { id: "g", cacheTtl: 60 } }],
    ["accountId", { ...right, binding: { run() {} } }],
    ["apiToken", { models: [CHAT], apiToken: "t", binding: { run() {} } }],
    ["baseURL", { models: [CHAT], baseURL: "https://a.example/ai", binding: { run() {} } }],
    ["fetch", { models: [CHAT], fetch, binding: { run() {} } }],
    ["models", { ...right, models: CHAT }],
    ["tasks", { ...right, tasks: "Text Generation" }],
    ["endpoints", { ...right, endpoints: "run" }],
    ["path", { ...right, path: ["/ai"] }],
    ["maxBodyBytes", { ...right, maxBodyBytes: "1MB" }],
    ["origins", { ...right, origins: "https://a.example" }],
    ["rateLimit", { ...right, rateLimit: 5 }],
    ["transform", { ...right, transform: { max_tokens: 5 } }],
    ["onError", { ...right, onError: "log" }],
    ["upstream", { ...right, upstream: { apiToken: "t" } }],
    ["fetch", { ...right, fetch: "https://a.example" }],
    ["binding", { models: [CHAT], binding: { run() {}, generateText() {} } }],
    ["binding", { models: [CHAT], binding: null }],
  ]) {
    assert.throws(() => createProxy(options), { name: "WorkersAIError", code: "CONFIG", field });
  }
  for (const [tasks, message] of [
    [["text-generation"], /did you mean "Text Generation"\?/],
    [["Chat"], /There are .*Text Generation/],
  ])
    assert.throws(() => createProxy({ ...right, tasks }), { message });
  for (const [options, message] of [
    [{ models: undefined }, /^Say what may be used: models, .* or tasks, /],
    [{ hosts: ["https://a.example"] }, /^hosts are like "app\.example\.com" or .*without a scheme/],
    [{ origins: ["*"] }, /without a path; a wildcard would open the proxy to all\.$/],
    [{ forwardHeaders: ["X-Auth-Key"] }, /^The proxy never passes on the header X-Auth-Key\.$/],
    [{ exposeHeaders: ["Set-Cookie"] }, /^The proxy never passes on the header Set-Cookie\.$/],
    [{ authorise: () => true }, /^authorise is no option of createProxy\. There are .*authorize/],
    [{ binding: { run() {} } }, /^binding and accountId exclude each other/],
    [
      { accountId: undefined, apiToken: undefined, binding: { run() {}, generateText() {} } },
      /pass the Workers AI binding itself, env\.AI\.$/,
    ],
    [{ gateway: { id: "g", cacheTtl: 60 } }, /^gateway takes an id alone here: cacheTtl would have no/],
    [{ endpoints: ["chat"] }, /^endpoints knows run, models, tomarkdown, v1, finetunes, websearch\.$/],
  ])
    assert.throws(() => createProxy({ ...right, ...options }), { message });
  createProxy({ ...right, models: ["openai/gpt-5.2", "dynamic/route", "@cf/nobody/new"], batch: false });
  createProxy({ ...right, upstream: () => ({ binding: { run() {} } }), gateway: { id: "g" } });
});

for (const endpoint of ["run", "v1"]) {
  test(`a body that breaks off is the page's fault, not the proxy's [${endpoint}]`, async () => {
    const reported = [];
    const { proxy, seen } = overHttp({
      endpoints: ["run", "v1"],
      onError: (error) => reported.push(error),
    });
    const broken = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"prompt":'));
        controller.error(new Error("broken off"));
      },
    });
    const below = endpoint === "run" ? `run/${CHAT}` : "v1/chat/completions";
    const response = await proxy(
      ask(below, { body: broken, duplex: "half", headers: { "content-type": "application/json" } }),
    );
    assert.equal(response.status, 400);
    assert.match(await response.text(), /could not be read to its end/);
    assert.deepEqual([reported, seen], [[], []]);
  });
}

test("a body that the owner has read is the owner's fault, and said", async () => {
  const reported = [];
  const { proxy } = overHttp({ onError: (error) => reported.push(error.message) });
  const request = ask(`run/${CHAT}`);
  await request.text();
  assert.equal((await proxy(request)).status, 500);
  assert.match(reported[0], /request\.clone\(\)/);
});

test("a fetch that gives no Response is named to the owner", async () => {
  for (const given of [undefined, null, {}, "ok", { status: 200, body: "x" }]) {
    const reported = [];
    const { proxy } = overHttp({
      fetch: async () => given,
      onError: (error) => reported.push(error.message),
    });
    const response = await proxy(ask(`run/${CHAT}`));
    assert.equal(response.status, 500);
    assert.match(await response.text(), /The proxy's own fetch gave no response/);
    assert.deepEqual(reported, ["The option fetch of createProxy gave no Response."]);
  }
});

for (const [name, upstream] of Object.entries(UPSTREAMS)) {
  test(`more headers pass where the owner names them [${name}]`, async () => {
    const options = { forwardHeaders: ["X-Local-Fault"], exposeHeaders: ["x-local-engine"] };
    const headers = { "x-local-fault": "capacity, retry-after=3", "x-other": "1" };
    const send = (more) => upstream(more).proxy(ask(`run/${CHAT}`, { headers }));
    const busy = await send(options);
    assert.deepEqual([busy.status, busy.headers.get("retry-after")], [429, "3"]);
    const fine = await send({});
    assert.deepEqual([fine.status, fine.headers.get("x-local-engine")], [200, null]);
    const { proxy } = upstream(options);
    assert.equal((await proxy(ask(`run/${CHAT}`))).headers.get("x-local-engine"), "stand-in");
  });

  test(`finetunes, the catalogue and documents, where they are offered [${name}]`, async () => {
    const endpoints = ["models", "tomarkdown", "finetunes"];
    const ai = clientOf(upstream({ endpoints }).proxy);
    const found = await ai.models.list({ task: "Translation" });
    assert.ok(found.length > 0 && found.every(({ task }) => task.name === "Translation"));
    const document = { name: "a.html", blob: new Blob(["<h1>Hi</h1>"], { type: "text/html" }) };
    assert.match((await ai.toMarkdown(document)).data, /# Hi/);
    assert.ok((await ai.toMarkdown.supported()).length > 0);
    if (name === "http") assert.ok((await ai.finetunes.list({ public: true })).length > 0);
    else await assert.rejects(ai.finetunes.list(), { status: 501 });
  });

  test(`batches are submitted and asked for, where they are taken [${name}]`, async () => {
    const { proxy, seen } = upstream({ models: [BATCHED], batch: true }, { batchPolls: 1 });
    const { batch } = clientOf(proxy);
    const { requestId } = await batch.submit(BATCHED, [{ prompt: "a" }, { prompt: "b" }]);
    const { items } = await batch.wait(BATCHED, requestId, { intervalMs: 0 });
    assert.deepEqual(
      items.map(({ success }) => success),
      [true, true],
    );
    if (name === "http") return;
    const [submitted, ...polls] = seen.map(({ args: [, , options] }) => options.queueRequest);
    assert.equal(submitted, true);
    assert.ok(polls.length > 0 && polls.every((queued) => queued === undefined));
  });
}

test("what lies in the query beside raw media becomes values for a binding", async () => {
  const model = "@cf/deepgram/nova-3";
  const { proxy, seen } = overBinding({ models: [model] });
  const wav = new Uint8Array(44 + 3200);
  wav.set(new TextEncoder().encode("RIFF"));
  const body = ask(`run/${model}?punctuate=true&utt_split=0.8&language=en`, {
    body: wav,
    headers: { "content-type": "audio/wav" },
  });
  await (await proxy(body)).text();
  const { audio, ...others } = seen[0].args[1];
  assert.equal(audio.contentType, "audio/wav");
  assert.deepEqual(others, { punctuate: true, utt_split: 0.8, language: "en" });
});

test("what a binding throws with a number is the service's answer, anything else the proxy's fault", async () => {
  const reported = [];
  const over = (message) =>
    createProxy({
      models: [CHAT],
      binding: {
        run: async () => {
          throw new Error(message);
        },
      },
      onError: (error) => reported.push(error.message),
    });
  const refused = await over("5007: No such model")(ask(`run/${CHAT}`));
  assert.deepEqual((await refused.json()).errors, [{ code: 5007, message: "No such model" }]);
  assert.deepEqual(reported, []);
  const failed = await over("out of order")(ask(`run/${CHAT}`));
  assert.equal(failed.status, 500);
  assert.doesNotMatch(await failed.text(), /out of order/);
  assert.deepEqual(reported, ["out of order"]);
});

test("options of a conversion that are no JSON are the page's mistake", async () => {
  const { proxy } = overBinding({ endpoints: ["tomarkdown"] });
  const form = new FormData();
  form.append("files", new Blob(["x"], { type: "text/plain" }), "x.txt");
  form.append("conversionOptions", "{");
  assert.equal((await proxy(ask("tomarkdown", { body: form }))).status, 400);
});
