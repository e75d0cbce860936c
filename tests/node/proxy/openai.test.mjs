/** OpenAI's endpoints through the proxy, over either upstream: the client's own methods, the genuine SDKs, and what the proxy holds them to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { WorkersAI } from "workers-ai-wasm";
import { ask, CHAT, deferred, ORIGIN, overBinding, overHttp } from "./helpers.mjs";

const BGE = "@cf/baai/bge-small-en-v1.5";
const OSS = "@cf/openai/gpt-oss-120b";
const FLUX = "@cf/black-forest-labs/flux-1-schnell";
const VOICE = "@cf/deepgram/aura-1";
const WHISPER = "@cf/openai/whisper-large-v3-turbo";
const RERANKER = "@cf/baai/bge-reranker-base";
const CLAUDE = "anthropic/claude-sonnet-4.5";
const MODELS = [CHAT, BGE, OSS, FLUX, VOICE, WHISPER, RERANKER, CLAUDE];
const OFFER = { models: MODELS, endpoints: ["v1", "run", "models"] };
const UPSTREAMS = { http: overHttp, binding: overBinding };
const messages = [{ role: "user", content: "echo: Hello 🌍" }];
const WEATHER = {
  name: "weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

/** The fetch of a page on the proxy. */
const fetchOf =
  (proxy, more = {}) =>
  async (url, init) => {
    const request = new Request(url, init);
    for (const [name, value] of Object.entries({ origin: ORIGIN, ...more })) request.headers.set(name, value);
    const response = await proxy(request);
    request.signal.throwIfAborted();
    return response;
  };
const clientOf = (proxy, options) =>
  new WorkersAI({ baseURL: `${ORIGIN}/ai`, fetch: fetchOf(proxy, options?.headers), maxRetries: 0 });
const openaiOf = (proxy, more = {}) =>
  new OpenAI({ baseURL: `${ORIGIN}/ai/v1`, apiKey: "-", fetch: fetchOf(proxy, more.headers), maxRetries: 0 });
const anthropicOf = (proxy) =>
  new Anthropic({ baseURL: `${ORIGIN}/ai`, apiKey: "-", fetch: fetchOf(proxy), maxRetries: 0 });

async function collect(stream) {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** What the service was asked, whichever upstream it was: model and inputs. */
function runsOf(seen, name) {
  if (name === "binding") return seen.filter((call) => call.name === "run").map(({ args }) => args);
  const runs = seen.filter(({ url }) => url.includes("/ai/run"));
  return runs.map(({ url, init }) => [url.replace(/^.*\/ai\/run\/?/, ""), JSON.parse(init.body)]);
}

for (const [name, upstream] of Object.entries(UPSTREAMS)) {
  test(`the client's own methods [${name}]`, async () => {
    const ai = clientOf(upstream(OFFER).proxy);
    const whole = await ai.chat.completions.create({ model: CHAT, messages });
    assert.equal(whole.choices[0].message.content, "Hello 🌍");
    assert.ok(whole.usage.total_tokens > 0);
    const stream = await ai.chat.completions.create({ model: CHAT, messages, stream: true });
    const chunks = await collect(stream);
    assert.equal(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join(""), "Hello 🌍");
    assert.equal(stream.meta.door, "proxy");
    assert.ok(stream.meta.requestId?.length > 0, "the service's id of the request");
    for (const model of [OSS, CHAT]) {
      const response = await ai.responses.create({ model, input: "echo: Hello" });
      assert.deepEqual([response.object, response.output_text], ["response", "Hello"]);
      const streamed = await ai.responses.create({ model, input: "echo: Hello", stream: true });
      assert.equal(await streamed.text(), "Hello");
    }
    const { data, usage } = await ai.embeddings.create({ model: BGE, input: ["one", "two"] });
    assert.deepEqual([data.length, data[1].embedding.length, data[1].index], [2, 384, 1]);
    assert.ok(usage.total_tokens > 0);
  });

  test(`chat completions stop at any event, and nothing is asked for any more [${name}]`, async () => {
    const ended = deferred();
    const { proxy } = upstream(OFFER, { pace: 5, onCall: (call) => ended.resolve(call) });
    const stream = await clientOf(proxy).chat.completions.create({ model: CHAT, messages, stream: true });
    for await (const _ of stream) break;
    assert.equal((await ended.promise).outcome, "cancelled");
  });

  test(`the genuine openai: chat, streams, tools [${name}]`, async () => {
    const openai = openaiOf(upstream(OFFER).proxy);
    const whole = await openai.chat.completions.create({ model: CHAT, messages });
    assert.equal(whole.choices[0].message.content, "Hello 🌍");
    const chunks = await collect(
      await openai.chat.completions.create({ model: CHAT, messages, stream: true }),
    );
    assert.equal(chunks.map(({ choices: [choice] }) => choice?.delta.content ?? "").join(""), "Hello 🌍");
    const final = await openai.chat.completions
      .stream({
        model: CHAT,
        messages: [{ role: "user", content: 'call: weather {"city":"Paris"}' }],
        tools: [{ type: "function", function: WEATHER }],
      })
      .finalChatCompletion();
    const [call] = final.choices[0].message.tool_calls;
    assert.deepEqual(
      [call.function.name, JSON.parse(call.function.arguments)],
      ["weather", { city: "Paris" }],
    );
  });

  test(`the genuine openai: everything else [${name}]`, async () => {
    const openai = openaiOf(upstream(OFFER).proxy);
    const { data } = await openai.embeddings.create({ model: BGE, input: Array(130).fill("x") });
    assert.deepEqual([data.length, data[129].embedding.length], [130, 384]);
    const ids = (await collect(openai.models.list())).map(({ id }) => id);
    // The catalogue has neither aliases nor models of other authors.
    assert.deepEqual(ids.sort(), [BGE, OSS, FLUX, VOICE, WHISPER, RERANKER].sort());
    assert.equal((await openai.models.retrieve(FLUX)).owned_by, "black-forest-labs");
    await assert.rejects(openai.models.retrieve("@cf/qwen/qwq-32b"), OpenAI.NotFoundError);
    const image = await openai.images.generate({ model: FLUX, prompt: "a lighthouse" });
    assert.ok(image.data[0].b64_json.length > 100);
    const speech = await openai.audio.speech.create({
      model: VOICE,
      voice: "luna",
      input: "hello there",
      response_format: "wav",
    });
    assert.match(speech.headers.get("content-type"), /^audio\//);
    const file = new File([await speech.arrayBuffer()], "said.wav", { type: "audio/wav" });
    const { text } = await openai.audio.transcriptions.create({ model: WHISPER, file });
    assert.equal(text, "hello there");
    const response = await openai.responses.create({ model: OSS, input: "echo: Hello" });
    assert.equal(response.output_text, "Hello");
    const streamed = await openai.responses.stream({ model: CHAT, input: "echo: Hello" }).finalResponse();
    assert.equal(streamed.output_text, "Hello");
  });

  test(`the genuine Anthropic SDK, and reranking [${name}]`, async () => {
    const { proxy } = upstream(OFFER);
    const request = { model: CHAT, max_tokens: 200, messages };
    const anthropic = anthropicOf(proxy);
    assert.equal((await anthropic.messages.create(request)).content[0].text, "Hello 🌍");
    assert.equal((await anthropic.messages.stream(request).finalMessage()).content[0].text, "Hello 🌍");
    const ranked = await proxy(
      ask("v2/rerank", { body: { model: RERANKER, query: "cats", documents: ["dogs bark", "cats purr"] } }),
    );
    assert.equal((await ranked.json()).results[0].index, 1);
  });

  test(`models that are not offered are refused, in each SDK's own class [${name}]`, async () => {
    const { proxy, seen } = upstream({ ...OFFER, models: [CHAT] });
    const other = "@cf/qwen/qwq-32b";
    const openai = openaiOf(proxy);
    const refused = [
      openai.chat.completions.create({ model: other, messages }),
      openai.chat.completions.create({ model: other, messages, stream: true }),
      openai.responses.create({ model: other, input: "a" }),
      openai.responses.create({ model: OSS, input: "a" }),
      openai.embeddings.create({ model: BGE, input: "a" }),
      openai.images.generate({ model: FLUX, prompt: "a" }),
      openai.audio.speech.create({ model: VOICE, voice: "luna", input: "a" }),
    ];
    for (const call of refused) {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof OpenAI.PermissionDeniedError, String(error));
        assert.match(error.message, /does not offer this model/);
        return true;
      });
    }
    await assert.rejects(
      anthropicOf(proxy).messages.create({ model: other, max_tokens: 5, messages }),
      Anthropic.PermissionDeniedError,
    );
    await assert.rejects(clientOf(proxy).chat.completions.create({ model: other, messages }), {
      code: "FORBIDDEN",
    });
    assert.equal(seen.length, 0);
  });

  test(`transform sees the inputs of each run, in one shape [${name}]`, async () => {
    const transformed = [];
    const transform = (input, facts, env) => {
      transformed.push({ input, facts, env });
      return { ...input, ...(input.messages && { max_tokens: 7 }) };
    };
    const { proxy, seen } = upstream({ ...OFFER, transform });
    const send = (below, body) => proxy(ask(below, { body }), "env");
    const turn = { role: "user", content: "a" };
    for (const [below, body, input] of [
      [
        "v1/chat/completions",
        { model: CHAT, messages: [turn], max_tokens: 500 },
        { messages: [turn], max_tokens: 500 },
      ],
      ["v1/responses", { model: CHAT, input: "a" }, { messages: [turn] }],
      [
        "v1/messages",
        { model: CHAT, max_tokens: 500, messages: [turn] },
        { messages: [turn], max_tokens: 500 },
      ],
      ["v1/responses", { model: OSS, input: "a" }, { input: "a" }],
      ["v1/embeddings", { model: BGE, input: ["a"] }, { text: ["a"] }],
    ]) {
      const response = await send(below, body);
      assert.equal(response.status, 200, await response.text());
      const { input: own, facts, env } = transformed.pop();
      assert.deepEqual([own, env, transformed.length], [input, "env", 0], below);
      assert.deepEqual([facts.endpoint, facts.model, facts.method], ["run", body.model, "POST"]);
      const [model, sent] = runsOf(seen, name).at(-1);
      assert.equal(decodeURIComponent(model), body.model);
      assert.equal(sent.max_tokens, input.messages && 7, below);
    }
    const wrong = upstream({ ...OFFER, transform: () => "no", onError: () => {} });
    assert.equal(
      (await wrong.proxy(ask("v1/chat/completions", { body: { model: CHAT, messages } }))).status,
      500,
    );
  });

  test(`who may not ask is refused before the body is read, as the SDKs read it [${name}]`, async () => {
    const facts = [];
    const authorize = (request, about) => {
      facts.push(about);
      return request.headers.get("authorization") === "Bearer right";
    };
    const rateLimit = (request) => request.headers.get("x-fast") === null || { retryAfterMs: 1500 };
    const { proxy, seen } = upstream({ ...OFFER, authorize, rateLimit });
    const create = (apiKey, headers) =>
      new OpenAI({
        baseURL: `${ORIGIN}/ai/v1`,
        apiKey,
        fetch: fetchOf(proxy, headers),
        maxRetries: 0,
      }).chat.completions.create({ model: CHAT, messages });
    await assert.rejects(create("wrong"), (error) => {
      assert.ok(error instanceof OpenAI.AuthenticationError);
      assert.match(error.message, /may not use the proxy/);
      return true;
    });
    await assert.rejects(create("right", { "x-fast": "1" }), OpenAI.RateLimitError);
    assert.equal(seen.length, 0);
    assert.equal((await create("right")).choices[0].message.content, "Hello 🌍");
    assert.deepEqual(facts[0], {
      endpoint: "v1",
      below: "v1/chat/completions",
      method: "POST",
      task: undefined,
      websocket: false,
    });
  });

  test(`bounds, batches, the gateway and members that are not a page's business [${name}]`, async () => {
    const { proxy, seen } = upstream({ ...OFFER, maxBodyBytes: 1000, gateway: "own" });
    const send = (body) => proxy(ask("v1/chat/completions", { body: { model: CHAT, messages, ...body } }));
    assert.equal((await send({ messages: [{ role: "user", content: "x".repeat(1000) }] })).status, 413);
    for (const more of [{ requests: [] }, { request_id: "a" }, { queueRequest: true }])
      assert.ok([400, 403].includes((await send(more)).status));
    assert.equal(seen.length, 0);
    assert.equal((await send({ gateway: { id: "theirs" } })).status, 400);
    assert.equal(seen.length, 0);
    assert.equal((await send({ options: { gateway: "theirs" } })).status, 200);
    assert.doesNotMatch(JSON.stringify(runsOf(seen, name)), /theirs/);
    if (name === "http") assert.equal(seen[0].init.headers["cf-aig-gateway-id"], "own");
    else assert.deepEqual(seen[0].args[2].gateway, { id: "own" });
  });

  test(`a large file may become a larger request [${name}]`, async () => {
    const spoken = await openaiOf(upstream(OFFER).proxy).audio.speech.create({
      model: VOICE,
      voice: "luna",
      input: "hello there",
      response_format: "wav",
    });
    const wav = await spoken.arrayBuffer();
    // As base64 it is larger than that.
    const { proxy } = upstream({ ...OFFER, maxBodyBytes: wav.byteLength + 2000 });
    const file = new File([wav], "a.wav", { type: "audio/wav" });
    assert.equal(
      typeof (await openaiOf(proxy).audio.transcriptions.create({ model: WHISPER, file })).text,
      "string",
    );
  });

  /** The fault; the code that the client has of it, which is the same as without a proxy in between; the class that `openai` makes. */
  const FAULTS = [
    ["capacity", "CAPACITY", OpenAI.InternalServerError],
    ["quota", "DAILY_QUOTA", OpenAI.RateLimitError],
    ["no-such-model", "MODEL_NOT_FOUND", OpenAI.NotFoundError],
    ["context", "CONTEXT_EXCEEDED", OpenAI.BadRequestError],
    ["bad-input", "INVALID_INPUT", OpenAI.BadRequestError],
  ];
  for (const [fault, code, Class] of FAULTS) {
    test(`failures keep their kind: ${fault} [${name}]`, async () => {
      const { proxy } = upstream({ ...OFFER, forwardHeaders: ["x-local-fault"] });
      const headers = { "x-local-fault": fault };
      await assert.rejects(
        openaiOf(proxy, { headers }).chat.completions.create({ model: CHAT, messages }),
        Class,
      );
      const ai = clientOf(proxy, { headers });
      for (const stream of [false, true]) {
        await assert.rejects(ai.chat.completions.create({ model: CHAT, messages, stream }), (error) => {
          assert.equal(error.code, code, error.stack);
          assert.doesNotMatch(error.message, /\(code.*\(code|\(status.*\(/, "said once");
          return true;
        });
      }
      await assert.rejects(ai.embeddings.create({ model: BGE, input: "a" }), { code });
      await assert.rejects(ai.responses.create({ model: CHAT, input: "a" }), { code });
    });
  }

  test(`a stream that is cut off is never complete [${name}]`, async () => {
    const { proxy } = upstream({ ...OFFER, forwardHeaders: ["x-local-fault"] });
    const headers = { "x-local-fault": "truncate" };
    const create = openaiOf(proxy, { headers }).chat.completions.create({
      model: CHAT,
      messages,
      stream: true,
    });
    await assert.rejects(create.then(collect), OpenAI.APIError);
    const stream = await clientOf(proxy, { headers }).chat.completions.create({
      model: CHAT,
      messages,
      stream: true,
    });
    await assert.rejects(collect(stream), { code: "TRUNCATED" });
  });

  test(`models of other authors [${name}]`, async () => {
    const { proxy, seen } = upstream(OFFER);
    const { choices } = await openaiOf(proxy).chat.completions.create({
      model: CLAUDE,
      messages,
      max_tokens: 50,
    });
    assert.equal(choices[0].message.content, "Hello 🌍");
    if (name === "http") assert.deepEqual(JSON.parse(seen[0].init.body).model, CLAUDE);
    else assert.equal(seen[0].args[0], CLAUDE);
  });
}

test("what is not offered, and methods that are none", async () => {
  const closed = await overHttp({ endpoints: ["run"] }).proxy(
    ask("v1/chat/completions", { body: { model: CHAT } }),
  );
  assert.equal(closed.status, 404);
  const { proxy } = overHttp(OFFER);
  const put = await proxy(ask("v1/chat/completions", { method: "PUT", body: {} }));
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "POST"]);
  assert.equal((await proxy(ask("v1/nothing", { body: {} }))).status, 404);
});

test("a page of another origin may send what the SDKs send", async () => {
  const other = "https://other.example";
  const { proxy } = overHttp({ ...OFFER, origins: [other] });
  const names = ["authorization", "content-type", "x-stainless-lang", "anthropic-version", "x-api-key"];
  const question = await proxy(
    new Request(`${ORIGIN}/ai/v1/chat/completions`, {
      method: "OPTIONS",
      headers: {
        origin: other,
        "access-control-request-method": "POST",
        "access-control-request-headers": [...names, "cookie"].join(","),
      },
    }),
  );
  const allowed = question.headers.get("access-control-allow-headers").split(", ");
  assert.deepEqual(
    names.filter((name) => !allowed.includes(name)),
    [],
  );
  assert.ok(!allowed.includes("cookie"));
  const reply = await proxy(ask("v1/models", { method: "GET", headers: { origin: other } }));
  assert.match(reply.headers.get("access-control-expose-headers"), /x-should-retry/);
  assert.equal(reply.headers.get("x-content-type-options"), "nosniff");
});
