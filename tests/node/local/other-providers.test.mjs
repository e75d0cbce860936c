// Other companies' models, by the gateway's endpoint and the binding; OpenAI's list of models; web search.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createLocalAI, createLocalHandler } from "../../../pkg-template/local/index.js";
import { eventValues, responseTexts, textOf } from "./helpers.mjs";

const options = { engine: "stand-in", env: {} };
const ai = createLocalAI(options);
const handle = createLocalHandler(options);
const call = async (path, body) => {
  const method = body === undefined ? "GET" : "POST";
  const response = await handle(
    new Request(`http://local/ai${path}`, { method, body: JSON.stringify(body) }),
  );
  return { status: response.status, body: await response.json() };
};
const user = [{ role: "user", content: "echo: hi" }];

test("POST /run with model and input, in its own envelope", async () => {
  const { status, body } = await call("/run", { model: "openai/gpt-5.1", input: { messages: user } });
  assert.equal(status, 200);
  assert.deepEqual([body.state, body.model], ["Completed", "openai/gpt-5.1"]);
  assert.equal(body.result.choices[0].message.content, "hi");
  // What a model of the service refuses is nothing to others.
  const history = [
    ...user,
    { role: "assistant", content: null },
    { role: "user", content: [{ type: "text", text: "a" }] },
  ];
  assert.equal((await call("/run", { model: "openai/gpt-5.1", input: { messages: history } })).status, 200);
});

test("chat completions, routes and the router", async () => {
  for (const model of ["google/gemini-3-pro", "dynamic/mine", "cloudflare/auto"]) {
    const { body } = await call("/v1/chat/completions", { model, messages: user });
    assert.deepEqual(
      [body.object, body.model, body.choices[0].message.content],
      ["chat.completion", model, "hi"],
    );
  }
  assert.equal(
    (await call("/v1/chat/completions", { model: "nonsense", messages: user })).body.errors[0].code,
    5007,
  );
});

test("the binding: a stream is plain chat, without the service's own tail", async () => {
  const text = await textOf(await ai.run("openai/gpt-5.1", { messages: user, stream: true }));
  assert.equal(responseTexts(text).join(""), "hi");
  assert.ok(eventValues(text).every((chunk) => chunk.response === undefined));
});

test("the binding: Anthropic's models stream their own events, whatever they were asked in", async () => {
  const text = await textOf(await ai.run("anthropic/claude-sonnet-5", { messages: user, stream: true }));
  const types = eventValues(text).map(({ type }) => type);
  assert.deepEqual([types[0], types.at(-1)], ["message_start", "message_stop"]);
  const whole = await ai.run("anthropic/claude-sonnet-5", { messages: user });
  assert.equal(whole.choices[0].message.content, "hi");
});

test("the binding: openaiEndpoint names the format", async () => {
  const messages = await ai.run(
    "anthropic/claude-sonnet-5",
    { messages: user, max_tokens: 10 },
    { openaiEndpoint: "/v1/messages" },
  );
  assert.deepEqual([messages.type, messages.content[0].text], ["message", "hi"]);
  const response = await ai.run("openai/gpt-5.1", { input: "echo: hi" }, { openaiEndpoint: "/v1/responses" });
  assert.equal(response.object, "response");
});

test("OpenAI's list of models", async () => {
  const { body } = await call("/v1/models");
  assert.equal(body.object, "list");
  assert.ok(body.data.length > 40 && body.data.every(({ object }) => object === "model"));
  const id = "@cf/baai/bge-m3";
  assert.equal((await call(`/v1/models/${encodeURIComponent(id)}`)).body.id, id);
});

test("web search: results that say that nothing was searched, and the refusals", async () => {
  const request = { query: "llamas", limit: 2, options: { gateway: { id: "default" } } };
  const { body } = await call("/websearch/", request);
  assert.equal(body.items.length, 2);
  assert.match(body.items[0].description, /nothing was searched/);
  assert.equal(body.metadata.query, "llamas");
  const response = await ai.websearch({ gatewayId: "default", query: "llamas", limit: 2 });
  assert.deepEqual((await response.json()).items, body.items);
  for (const wrong of [{ query: "" }, { limit: 11 }, { provider: "x" }, { options: {} }])
    assert.equal((await call("/websearch/", { ...request, ...wrong })).status, 400, JSON.stringify(wrong));
});

test("a run is kept, and goes on from any of its events", async () => {
  const stream = { messages: user, stream: true };
  const response = await ai.run("openai/gpt-5.1", stream, { returnRawResponse: true });
  const id = response.headers.get("cf-aig-run-id");
  const text = await response.text();
  const events = text.split(/(?<=\n\n)/);
  const resumed = async (from, run = id, gateway = "default") => {
    const url = `https://workers-binding.ai/ai-gateway/gateways/${gateway}/run/${run}/resume?from=${from}`;
    const response = await ai.fetch(url);
    return response.ok ? response.text() : response.status;
  };
  for (let from = 0; from <= events.length; from++)
    assert.equal(await resumed(from), events.slice(from).join(""), `from ${from}`);
  assert.deepEqual([await resumed(0, "x"), await resumed(0, id, "other")], [404, 404]);
  const own = await ai.run("@cf/meta/llama-3.1-8b-instruct", stream, { returnRawResponse: true });
  assert.equal(own.headers.get("cf-aig-run-id"), null);
  await own.body.cancel();
});

test("what a queue would be told of a batch", async () => {
  const published = [];
  let ended;
  const end = new Promise((resolve) => {
    ended = resolve;
  });
  const onBatchEvent = (message) => {
    published.push(message);
    if (!message.type.endsWith("queued")) ended();
  };
  const own = createLocalAI({ ...options, onBatchEvent });
  const model = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
  const { request_id } = await own.run(model, { requests: [{ prompt: "a" }] }, { queueRequest: true });
  await end;
  assert.deepEqual(
    published.map(({ type, source, payload }) => [type, source.modelName, payload.requestId]),
    ["queued", "succeeded"].map((state) => [`cf.workersAi.model.batch.${state}`, model, request_id]),
  );
  assert.equal((await own.run(model, { request_id })).responses.length, 1);
});
