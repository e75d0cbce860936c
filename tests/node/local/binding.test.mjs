import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createLocalAI, inputsDigest } from "../../../pkg-template/local/index.js";
import { callLog, eventValues, responseTexts, textOf } from "./helpers.mjs";

const LLAMA = "@cf/meta/llama-3.1-8b-instruct";
const SCOUT = "@cf/meta/llama-4-scout-17b-16e-instruct";
const GLM = "@cf/zai-org/glm-4.7-flash";
const OSS = "@cf/openai/gpt-oss-20b";
const WEATHER = {
  type: "function",
  function: {
    name: "get_weather",
    description: "Weather of a city",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  },
};
/** A call of the REST API, for the binding's own `fetch`. */
const RUN = `https://api.cloudflare.com/client/v4/accounts/00000000000000000000000000000000/ai/run/${LLAMA}`;
const POST = {
  method: "POST",
  headers: { authorization: "Bearer any", "content-type": "application/json" },
  body: JSON.stringify({ prompt: "a", stream: true }),
};
const local = (options) => createLocalAI({ engine: "stand-in", ...options });
const ask = (content) => ({ messages: [{ role: "user", content }] });

test("it has the members by which a binding is recognised", () => {
  const ai = local();
  for (const member of ["run", "gateway", "models", "toMarkdown", "fetch", "getLogs"])
    assert.equal(typeof ai[member], "function", member);
});

test("a call whose signal has aborted already leaves no rejection behind", async () => {
  const unhandled = [];
  const note = (error) => unhandled.push(error);
  process.on("unhandledRejection", note);
  try {
    for (const websocket of [false, true]) {
      const call = local().run(LLAMA, ask("a"), { signal: AbortSignal.abort(), websocket });
      await assert.rejects(call, { name: "AbortError" });
    }
    // Rejections are reported after the microtasks of their turn.
    for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate);
  } finally {
    process.off("unhandledRejection", note);
  }
  assert.deepEqual(unhandled, []);
});

test("a call hears of its signal when memory was collected meanwhile", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const log = callLog();
  let begun;
  const silent = { [LLAMA]: () => new Promise(() => begun()) };
  const endless = {
    [LLAMA]: () => ({
      contentType: "text/event-stream",
      body: (async function* () {
        yield "data: {}\n\n";
        begun();
        await new Promise(() => {});
      })(),
    }),
  };
  for (const [routes, call] of [
    [silent, (ai, signal) => ai.run(LLAMA, ask("a"), { signal })],
    [silent, (ai, signal) => ai.fetch(RUN, { ...POST, signal })],
    [silent, (ai, signal) => ai.fetch(new Request(RUN, { ...POST, signal }))],
    [endless, async (ai, signal) => textOf(await ai.run(LLAMA, { ...ask("a"), stream: true }, { signal }))],
    [endless, async (ai, signal) => (await ai.fetch(RUN, { ...POST, signal })).text()],
  ]) {
    const beginning = new Promise((resolve) => {
      begun = resolve;
    });
    const ended = log.next();
    const controller = new AbortController();
    const failed = assert.rejects(call(local({ routes, onCall: log.add }), controller.signal), {
      name: "AbortError",
    });
    await beginning;
    // Finalizers and weak references settle between turns.
    for (let turns = 0; turns < 5; turns++) {
      collect();
      await new Promise(setImmediate);
    }
    controller.abort();
    assert.equal((await ended).outcome, "cancelled");
    await failed;
  }
});

test("options that cannot be are refused at once", () => {
  for (const [options, words] of [
    [null, /are an object/],
    [[], /are an object/],
    [{ engine: "zzz" }, /engine: one of auto, cloudflare/],
    [{ engine: 5 }, /engine: one of auto, cloudflare/],
    [{ record: 5 }, /record: string or function, not number/],
    [{ replay: 5 }, /replay: string or array, not number/],
    [{ routes: "x" }, /routes: object, not string/],
    [{ faults: 5 }, /faults: string or object or function, not number/],
    [{ spendLimits: [] }, /spendLimits: object, not array/],
    [{ apiToken: 5 }, /apiToken: string, not number/],
    [{ record: "" }, /^record: the name of a folder/],
    [{ record: fileURLToPath(new URL("x/y", `${import.meta.url}/`)) }, /^record: ".*test\.mjs" is a file/],
    [{ replay: "" }, /^replay: the name of a folder/],
    [{ cloudflare: true }, /^cloudflare: object or false, not boolean/],
    [{ cloudflare: { accountID: "a" } }, /^accountID is no option of cloudflare\./],
    [{ openai: "http://a" }, /^openai: object or false, not string/],
    [{ openai: { baseUrl: "http://a" } }, /^baseUrl is no option of openai\./],
    [{ openai: { baseURL: "localhost:11434" } }, /^openai\.baseURL: "localhost:11434" is not a URL/],
    [{ smallModels: { path: "a" } }, /^path is no option of smallModels\./],
    [{ pace: "5" }, /^pace: a number from 0/],
    [{ batchPolls: 1.5 }, /^batchPolls: a whole number from 0/],
    [{ maxBodyBytes: 0 }, /^maxBodyBytes: a whole number from 1/],
    [{ port: 70000 }, /^port: a whole number from 0 to 65535/],
    [{ host: "" }, /^host: an address of this machine/],
    [{ prefix: "ai" }, /^prefix: a path such as "\/ai"/],
    [{ deprecated: "no" }, /^deprecated: "serve" or "refuse"/],
    [{ faultHeader: true }, /^faultHeader: string or false, not boolean/],
    [{ allowedOrigins: ["localhost"] }, /^allowedOrigins: origins such as/],
  ])
    assert.throws(() => createLocalAI(options), { name: "TypeError", message: words });
});

test("the stand-in says that it is one, and carries the digest of the request", async () => {
  const inputs = { ...ask("What is the answer?"), seed: 42 };
  const { response } = await local().run(LLAMA, inputs);
  assert.match(response, /stand-in for @cf\/meta\/llama-3\.1-8b-instruct, not a model/);
  assert.ok(response.includes(inputsDigest(LLAMA, inputs)));
  const streamed = await textOf(await local().run(LLAMA, { ...inputs, stream: true }));
  assert.equal(responseTexts(streamed).join(""), response);
});

test("another option gives another digest", () => {
  const inputs = ask("same");
  assert.notEqual(inputsDigest(LLAMA, inputs), inputsDigest(LLAMA, { ...inputs, temperature: 1 }));
  assert.equal(inputsDigest(LLAMA, { a: 1, b: 2 }), inputsDigest(LLAMA, { b: 2, stream: true, a: 1 }));
});

test("a legacy stream is response chunks with padding, a usage chunk and the end marker", async () => {
  const text = await textOf(await local().run(LLAMA, { prompt: "echo: one two", stream: true }));
  const chunks = eventValues(text);
  assert.deepEqual(
    chunks.map(({ response }) => response),
    ["one", " two", ""],
  );
  for (const { p } of chunks) assert.match(p, /^[a-z0-9]+$/);
  assert.equal(chunks.at(-1).usage.total_tokens, 5);
  assert.ok(text.endsWith("\n\ndata: [DONE]\n\n"));
  assert.ok(chunks.every((chunk) => !("finish_reason" in chunk)));
});

test("a chat stream on run has thinking, text, a finish reason, and then a legacy chunk with the true usage", async () => {
  const chunks = eventValues(await textOf(await local().run(GLM, { prompt: "echo: one two", stream: true })));
  assert.equal(chunks[0].choices[0].delta.role, "assistant");
  assert.ok(chunks.some(({ choices }) => choices?.[0]?.delta.reasoning_content));
  assert.deepEqual(chunks.map(({ choices }) => choices?.[0]?.finish_reason).filter(Boolean), ["stop"]);
  const [zeros, legacy] = chunks.slice(-2);
  assert.deepEqual([zeros.choices, zeros.usage.total_tokens], [[], 0]);
  assert.equal(legacy.response, "");
  assert.ok(legacy.usage.total_tokens > 0 && legacy.usage.neurons > 0);
});

test("thinking can be turned off", async () => {
  const { choices } = await local().run(GLM, {
    prompt: "echo: x",
    chat_template_kwargs: { enable_thinking: false },
  });
  assert.equal(choices[0].message.reasoning_content, null);
});

test("gpt-oss answers input with a Responses object and messages with a chat completion", async () => {
  const responses = await local().run(OSS, { input: "echo: hi" });
  assert.equal(responses.object, "response");
  assert.equal(responses.output.find(({ type }) => type === "message").content[0].text, "hi");
  assert.ok(!("output_text" in responses));
  assert.equal((await local().run(OSS, ask("echo: hi"))).object, "chat.completion");
});

test("a Responses stream numbers its events and ends with the completed response", async () => {
  const events = eventValues(await textOf(await local().run(OSS, { input: "echo: one two", stream: true })));
  assert.deepEqual(
    events.map(({ sequence_number: number }) => number),
    events.map((_, index) => index),
  );
  const deltas = events.filter(({ type }) => type === "response.output_text.delta").map(({ delta }) => delta);
  assert.equal(deltas.join(""), "one two");
  const last = events.at(-1);
  assert.equal(last.type, "response.completed");
  assert.ok(last.response.usage.output_tokens > 0);
});

test("max tokens cut the answer, and the chat dialect says so", async () => {
  const { choices, usage } = await local().run(GLM, { prompt: "count: 50", max_tokens: 12 });
  assert.equal(choices[0].finish_reason, "length");
  assert.equal(usage.completion_tokens, 12);
  const legacy = await local().run(LLAMA, { prompt: "count: 1000" });
  assert.equal(legacy.usage.completion_tokens, 256);
});

test("a required tool is called: arguments are an object in the legacy dialect", async () => {
  const legacy = await local().run(LLAMA, { ...ask('call: get_weather {"city":"Paris"}'), tools: [WEATHER] });
  assert.deepEqual(legacy.tool_calls, [{ name: "get_weather", arguments: { city: "Paris" } }]);
  assert.equal(legacy.response, null);
  const scout = await local().run(SCOUT, { ...ask("Weather?"), tools: [WEATHER], tool_choice: "required" });
  assert.equal(scout.tool_calls[0].type, "function");
  assert.equal(typeof scout.tool_calls[0].function.arguments, "object");
});

test("a named tool is called: arguments are JSON text in fragments in a chat stream", async () => {
  const inputs = {
    ...ask("hello"),
    tools: [WEATHER],
    tool_choice: { type: "function", function: { name: "get_weather" } },
    stream: true,
  };
  const chunks = eventValues(await textOf(await local().run(GLM, inputs)));
  const deltas = chunks.flatMap(({ choices }) => choices?.[0]?.delta.tool_calls ?? []);
  assert.equal(deltas[0].function.name, "get_weather");
  assert.ok(deltas.length > 2);
  assert.deepEqual(JSON.parse(deltas.map((delta) => delta.function.arguments).join("")), { city: "example" });
  assert.deepEqual(chunks.map(({ choices }) => choices?.[0]?.finish_reason).filter(Boolean), ["tool_calls"]);
});

test("after a tool's result the answer is text", async () => {
  const messages = [
    { role: "user", content: "Weather?" },
    { role: "tool", content: "sunny", tool_call_id: "abc000000" },
  ];
  const answer = await local().run(GLM, { messages, tools: [WEATHER] });
  assert.match(answer.choices[0].message.content, /sunny/);
});

test("JSON mode answers an object in the legacy dialect and text in the chat dialect", async () => {
  const schema = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer", minimum: 3 } },
    required: ["name", "age"],
  };
  const legacy = await local().run(LLAMA, {
    ...ask("Who?"),
    response_format: { type: "json_schema", json_schema: schema },
  });
  assert.deepEqual(legacy.response, { name: "example", age: 3 });
  const wrapped = { type: "json_schema", json_schema: { name: "person", schema } };
  const chat = await local().run(GLM, { ...ask("Who?"), response_format: wrapped });
  assert.deepEqual(JSON.parse(chat.choices[0].message.content), { name: "example", age: 3 });
});

test("an answer that isn't JSON fails in JSON mode", async () => {
  const inputs = { ...ask("echo: not json"), response_format: { type: "json_object" } };
  await assert.rejects(local().run(LLAMA, inputs), { message: /^5024: / });
});

for (const [what, model, inputs, code] of [
  ["an unknown model", "@cf/no/such", { prompt: "x" }, 5007],
  ["no prompt", LLAMA, {}, 5006],
  ["prompt and messages", LLAMA, { prompt: "x", ...ask("y") }, 5006],
  ["an empty prompt", LLAMA, { prompt: "" }, 5006],
  ["null content", LLAMA, { messages: [{ role: "user", content: null }] }, 5006],
  ["a temperature out of range", LLAMA, { prompt: "x", temperature: 6 }, 5006],
  [
    "JSON mode with a stream",
    LLAMA,
    { prompt: "x", stream: true, response_format: { type: "json_object" } },
    5006,
  ],
  ["a flat tool for a chat model", GLM, { ...ask("x"), tools: [WEATHER.function] }, 8001],
  ["tool_choice any", GLM, { ...ask("x"), tools: [WEATHER], tool_choice: "any" }, 8001],
  ["too many texts", "@cf/baai/bge-small-en-v1.5", { text: Array(101).fill("x") }, 5006],
]) {
  test(`${what} is refused with ${code}`, async () => {
    await assert.rejects(local().run(model, inputs), (error) => error.message.startsWith(`${code}: `));
  });
}

test("properties tell of the last call", async () => {
  const ai = local();
  await ai.run(GLM, { prompt: "echo: x" }, { gateway: { id: "mine" } });
  assert.match(ai.lastRequestId, /^[0-9a-f-]{36}$/);
  assert.ok(ai.aiGatewayLogId);
  assert.equal(ai.lastRequestHttpStatusCode, 200);
  await ai.run("@cf/no/such", {}).catch(() => {});
  assert.deepEqual(
    [ai.lastRequestHttpStatusCode, ai.lastRequestInternalStatusCode, ai.aiGatewayLogId],
    [400, 5007, null],
  );
});

test("a raw response is returned for failures too", async () => {
  const response = await local().run("@cf/no/such", {}, { returnRawResponse: true });
  assert.equal(response.status, 400);
  assert.equal((await response.json()).internalCode, 5007);
});

test("a signal rejects a waiting call and ends a running stream", async () => {
  const waiting = new AbortController();
  const call = local({ faults: "hang" }).run(LLAMA, { prompt: "x" }, { signal: waiting.signal });
  waiting.abort();
  await assert.rejects(call, { name: "AbortError" });

  const log = callLog();
  const ended = log.next();
  const running = new AbortController();
  const stream = await local({ onCall: log.add }).run(
    LLAMA,
    { prompt: "count: 100000", max_tokens: 100000, stream: true },
    { signal: running.signal },
  );
  const reader = stream.getReader();
  await reader.read();
  running.abort();
  await assert.rejects(reader.read(), { name: "AbortError" });
  assert.equal((await ended).outcome, "cancelled");
});

test("streams among the inputs go as the body, one at most and not through a gateway", async () => {
  const stream = () => ({ body: new Response("bytes").body, contentType: "audio/wav" });
  const ai = local({ routes: { "@cf/a/b": ({ inputs }) => ({ json: inputs }) } });
  assert.deepEqual(await ai.run("@cf/a/b", { audio: stream(), language: "en" }), { language: "en" });
  await assert.rejects(ai.run("@cf/a/b", { a: stream(), b: stream() }), { name: "AiInternalError" });
  await assert.rejects(ai.run("@cf/a/b", { a: stream() }, { gateway: { id: "x" } }), {
    name: "AiInternalError",
  });
});

test("models are listed and can be added", async () => {
  const ai = local({ models: { "@cf/mine/chat": "chat" } });
  const [mine] = await ai.models({ search: "@cf/mine/" });
  assert.equal(mine.name, "@cf/mine/chat");
  assert.equal((await ai.run("@cf/mine/chat", { prompt: "echo: hi" })).choices[0].message.content, "hi");
});

test("an engine of one's own answers", async () => {
  const engine = {
    name: "mine",
    description: "mine",
    async *generate({ messages }) {
      yield { type: "text", text: messages[0].content.toUpperCase() };
      yield { type: "finish", finishReason: "stop", usage: { promptTokens: 1, completionTokens: 1 } };
    },
  };
  const ai = createLocalAI({ engine });
  assert.equal((await ai.run(LLAMA, { prompt: "loud" })).response, "LOUD");
  await assert.rejects(ai.run("@cf/baai/bge-small-en-v1.5", { text: "x" }), { message: /^5007: / });
});

test("a failure of an engine is told to the operator; the caller sees the service's own words", async () => {
  const errors = [];
  const engine = {
    name: "broken",
    description: "broken",
    async *generate({ messages }) {
      if (messages[0].content === "later") yield { type: "text", text: "so far" };
      throw new Error("secret detail");
    },
  };
  const ai = createLocalAI({ engine, onError: (error) => errors.push(error.message) });
  await assert.rejects(ai.run(LLAMA, { prompt: "now" }), { message: /^500: Internal server error/ });
  const text = await textOf(await ai.run(LLAMA, { prompt: "later", stream: true }));
  assert.equal(eventValues(text).at(-1).errors[0].code, 500);
  assert.ok(!text.includes("secret"));
  assert.deepEqual(errors, ["secret detail", "secret detail"]);
});
