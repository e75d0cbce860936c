/** The interface without an SDK: models under other names, what is no request, reranking, and a Worker of nothing else. */
import { deepEqual, equal, match, ok, throws } from "../suite/assert.mjs";
import { MODELS } from "../suite/doors.mjs";
import { test, testEachDoor } from "../suite/harness.mjs";
import { jsonResponse } from "../suite/stubs.mjs";

const post = (path, value, headers = {}) =>
  new Request(`https://any.example${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof value === "string" ? value : JSON.stringify(value),
  });
const messages = [{ role: "user", content: "echo: Hello" }];

testEachDoor("reranking, as Cohere's and Jina's clients have it", async ({ door, serveOpenAI }) => {
  const { handler } = serveOpenAI(door.client());
  const request = {
    model: "@cf/baai/bge-reranker-base",
    query: "cats",
    documents: ["dogs bark", "cats purr"],
  };
  for (const path of ["/v1/rerank", "/v2/rerank"]) {
    const { results } = await (await handler(post(path, { ...request, top_n: 1 }))).json();
    deepEqual([results.length, results[0].index, results[0].document.text], [1, 1, "cats purr"]);
    equal(typeof results[0].relevance_score, "number");
  }
});

testEachDoor("models have the names that they are given", async ({ door, serveOpenAI }) => {
  const { handler, fetch, baseURL } = serveOpenAI(door.client(), { models: { "gpt-4o": MODELS.chat } });
  const answer = await handler(post("/v1/chat/completions", { model: "gpt-4o", messages }));
  equal((await answer.json()).choices[0].message.content, "Hello");
  const { data } = await (await fetch(`${baseURL}/models`)).json();
  deepEqual(
    data.map(({ id }) => id),
    ["gpt-4o"],
  );
  const refused = await handler(post("/v1/chat/completions", { model: MODELS.chat, messages }));
  deepEqual([refused.status, (await refused.json()).error.code], [404, "model_not_found"]);
});

test("numbers keep their spelling", async ({ lib, serveOpenAI }) => {
  const BIG = "123456789012345678901234";
  const answers = {
    "/v1/chat/completions": [
      `{"id":"a","object":"chat.completion","created":7,"model":"m","own":1.50,"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1.50}"},"more":${BIG}}]},"logprobs":{"content":[{"token":"a","logprob":-1.0E-7}]},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"neurons":1.50}}`,
      { messages },
      ['"own":1.50', `"more":${BIG}`, '"logprob":-1.0E-7', '"neurons":1.50'],
    ],
    "/v1/embeddings": [
      '{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1.50,-2.0e-7,1e2]}],"usage":{"prompt_tokens":1,"total_tokens":1}}',
      { input: "a" },
      ['"embedding":[1.50,-2.0e-7,1e2]'],
    ],
  };
  for (const [path, [answer, request, kept]] of Object.entries(answers)) {
    for (const body of [answer, `{"success":true,"errors":[],"messages":[],"result":${answer}}`]) {
      const response = () => new Response(body, { headers: { "content-type": "application/json" } });
      for (const client of [
        new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch: async () => response() }),
        new lib.WorkersAI({ binding: { run: async () => response() } }),
      ]) {
        const { handler } = serveOpenAI(client);
        const text = await (await handler(post(path, { model: "@cf/a/b", ...request }))).text();
        for (const part of kept) ok(text.includes(part), `${path}: ${text}`);
      }
    }
  }
  const native = '{"response":null,"tool_calls":[{"name":"f","arguments":{"x":1.50}}]}';
  const binding = {
    run: async () => new Response(native, { headers: { "content-type": "application/json" } }),
  };
  const { handler } = serveOpenAI(new lib.WorkersAI({ binding }));
  const reply = await handler(post("/v1/chat/completions", { model: "@cf/a/b", messages }));
  equal((await reply.json()).choices[0].message.tool_calls[0].function.arguments, '{"x":1.50}');
});

test("a client with a method of its own in the place of one is called by it", async ({
  lib,
  serveOpenAI,
}) => {
  class Own extends lib.WorkersAI {
    async run() {
      return { response: "own" };
    }
  }
  const { handler } = serveOpenAI(new Own({ binding: { run: () => ok(false, "a request") } }));
  const reply = await handler(post("/v1/chat/completions", { model: "@cf/a/b", messages }));
  equal((await reply.json()).choices[0].message.content, "own");
});

test("what is no request is refused", async ({ lib, serveOpenAI }) => {
  const ai = new lib.WorkersAI({ baseURL: "https://proxy.example/ai", fetch: () => ok(false, "a request") });
  const { handler } = serveOpenAI(ai, { maxBodyBytes: 1000 });
  for (const [request, status, words] of [
    [post("/v1/chat/completions", "{"), 400, /not JSON/],
    [post("/v1/chat/completions", "[]"), 400, /object/],
    [post("/v1/nothing", {}), 404, /There are: \/v1\/chat\/completions/],
    [new Request("https://any.example/v1/chat/completions"), 405, /POST/],
    [post("/v1/chat/completions", { model: "a", messages: ["x".repeat(1000)] }), 413, /maxBodyBytes/],
    [post("/v1/images/edits", "nothing", { "content-type": "multipart/form-data; boundary=a" }), 400, /form/],
  ]) {
    const response = await handler(request);
    const { error } = await response.json();
    equal(response.status, status);
    match(error.message, words);
    equal(response.headers.get("x-should-retry"), "false");
  }
  for (const [wrong, field] of [
    [() => serveOpenAI(), "ai"],
    [() => serveOpenAI(ai, { model: "a" }), "model"],
  ])
    equal(throws(wrong).field, field);
});

test("a failure inside says nothing of itself", async ({ serveOpenAI }) => {
  const { handler } = serveOpenAI({
    generateText() {},
    run: () => Promise.reject(new Error("a secret")),
  });
  const response = await handler(post("/v1/chat/completions", { model: "a", messages }));
  equal(response.status, 500);
  ok(!(await response.text()).includes("secret"));
});

test("a Worker of nothing else", async ({ lib, openaiWorker }) => {
  const binding = { run: async () => jsonResponse({ response: "hi" }) };
  const authorize = (request, env) => request.headers.get("authorization") === `Bearer ${env.KEY}`;
  const worker = openaiWorker({ authorize, models: { small: "@cf/a/b" } });
  const ask = (key) =>
    worker.fetch(
      post("/v1/chat/completions", { model: "small", messages }, { authorization: `Bearer ${key}` }),
      { KEY: "k", AI: binding },
    );
  const answer = await (await ask("k")).json();
  deepEqual([answer.model, answer.choices[0].message.content], ["small", "hi"]);
  const refused = await ask("wrong");
  deepEqual([refused.status, (await refused.json()).error.code], [401, "invalid_api_key"]);
  // Nothing but true lets a request through.
  for (const decision of [undefined, "yes", 1, {}]) {
    const lax = openaiWorker({ authorize: () => decision });
    equal((await lax.fetch(post("/v1/models", {}), { AI: binding })).status, 401);
  }
  const broken = openaiWorker({ authorize: () => Promise.reject(new Error("a secret")) });
  const { error: log } = console;
  const logged = [];
  console.error = (error) => logged.push(error.message);
  const failed = await broken.fetch(post("/v1/chat/completions", {}), { AI: binding });
  console.error = log;
  equal(failed.status, 500);
  ok(!(await failed.text()).includes("secret"));
  deepEqual(logged, ["a secret"]);
  const own = openaiWorker({ authorize: () => new Response("no", { status: 402 }) });
  equal((await own.fetch(post("/v1/models", {}), {})).status, 402);
  const others = openaiWorker({ authorize: () => true, client: () => new lib.WorkersAI({ binding }) });
  equal((await others.fetch(post("/v1/chat/completions", { model: "@cf/a/b", messages }), {})).status, 200);
  equal(throws(() => openaiWorker({})).field, "authorize");
  equal(throws(() => openaiWorker({ authorize, model: [] })).field, "model");
  equal(throws(() => openaiWorker()).code, "INVALID_INPUT");
});
