/**
 * What a reply means, whoever reads it: each of tests/fixtures/text_generation/replies.json at every door and by every method that can get
 * it. The core's own tests read the same file.
 */
import { deepEqual, equal, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import replies from "./replies.mjs";
import { collect, summaryOf } from "./summary.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const MESSAGES = [{ role: "user", content: "hi" }];
const encoder = new TextEncoder();

function bytesOf({ events, body, answer }) {
  const data = (event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`;
  return encoder.encode(events ? events.map(data).join("") : (body ?? JSON.stringify(answer)));
}

const typeOf = ({ type, answer }) => type ?? (answer ? "application/json" : "text/event-stream");

function responseOf(reply, pieces) {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const type = typeOf(reply);
  return new Response(body, { headers: type === "" ? {} : { "content-type": type } });
}

/** The ways in which a reply reaches a client; a stand-in for the binding may give a stream or an object. */
const DOORS = {
  http: (lib, reply, pieces) =>
    new lib.WorkersAI({
      baseURL: "https://example.com/ai",
      fetch: async () => responseOf(reply, pieces),
      maxRetries: 0,
    }),
  binding: (lib, reply, pieces) =>
    new lib.WorkersAI({ binding: { run: async () => responseOf(reply, pieces) }, maxRetries: 0 }),
  stub: (lib, reply, pieces) =>
    new lib.WorkersAI({
      binding: {
        run: async () => (reply.answer ? structuredClone(reply.answer) : responseOf(reply, pieces).body),
      },
      maxRetries: 0,
    }),
};

const resultOf = ({ text, reasoning, finishReason, toolCalls, usage }) => ({
  text,
  reasoning,
  finishReason,
  toolCalls,
  usage,
});

/** What a method makes of a stream or an answer: each gives `{ text, … }`, what it cannot know left out. */
const STREAMED = {
  generateText: async (ai) => resultOf(await ai.generateText(MODEL, "hi")),
  final: async (ai) => resultOf(await (await ai.streamText(MODEL, "hi")).final()),
  events: async (ai) => {
    const summary = summaryOf(await collect(await ai.streamText(MODEL, "hi")));
    return resultOf({ ...summary, reasoning: summary.reasoning === "" ? undefined : summary.reasoning });
  },
  text: async (ai) => ({ text: await (await ai.streamText(MODEL, "hi")).text() }),
  textStream: async (ai) => {
    let text = "";
    for await (const piece of (await ai.streamText(MODEL, "hi")).textStream) text += piece;
    return { text };
  },
  batches: async (ai) => {
    const events = [];
    for await (const batch of (await ai.streamText(MODEL, "hi")).batches()) events.push(...batch);
    const summary = summaryOf(events);
    return resultOf({ ...summary, reasoning: summary.reasoning === "" ? undefined : summary.reasoning });
  },
  // What a server passes on a page reads as if it had asked by itself.
  toResponse: async (ai, lib) => {
    const response = (await ai.streamText(MODEL, "hi")).toResponse();
    const fetch = async () => response;
    const page = new lib.WorkersAI({ baseURL: "https://page.example/ai", fetch, maxRetries: 0 });
    return resultOf(await (await page.streamText(MODEL, "hi")).final());
  },
  tee: async (ai) => {
    const [one, other] = (await ai.streamText(MODEL, "hi")).tee();
    const outcomes = await Promise.allSettled([one.final(), other.text()]);
    equal(outcomes[0].status, outcomes[1].status);
    if (outcomes[0].status === "rejected") throw outcomes[0].reason;
    equal(outcomes[0].value.text, outcomes[1].value);
    return resultOf(outcomes[0].value);
  },
};

const run = async (ai) => {
  await collect(await ai.run(MODEL, { prompt: "hi", stream: true }));
  return {};
};

const chat = async (ai) => {
  const chunks = await collect(
    await ai.chat.completions.create({ model: MODEL, messages: MESSAGES, stream: true }),
  );
  const choices = chunks.flatMap(({ choices }) => choices);
  return { text: choices.map(({ delta }) => delta.content ?? "").join("") };
};

const WHOLE = {
  run: async (ai) => {
    await ai.run(MODEL, { prompt: "hi" });
    return {};
  },
  chat: async (ai) => {
    const { choices } = await ai.chat.completions.create({ model: MODEL, messages: MESSAGES });
    return { text: choices[0].message.content };
  },
};

async function check(name, expect, work) {
  let result;
  try {
    result = await work();
  } catch (error) {
    ok(expect.code !== undefined, `${name} failed: ${error.code} ${error.message}`);
    equal(error.code, expect.code, `${name}: ${error.message}`);
    equal(error.internalCode, expect.internalCode, name);
    if (expect.retryable !== undefined) equal(error.retryable, expect.retryable, name);
    if (expect.says) ok(error.message.includes(expect.says), `${name}: ${error.message}`);
    if (expect.hides) ok(!error.message.includes(expect.hides), `${name}: ${error.message}`);
    equal(error.field, expect.field, name);
    return error;
  }
  equal(expect.code, undefined, `${name}: it must fail, not give ${JSON.stringify(result)}`);
  const ids = result.toolCalls?.map(({ id }) => id) ?? [];
  ok(
    ids.every((id) => typeof id === "string" && id !== "") && new Set(ids).size === ids.length,
    `${name}: ids`,
  );
  const given = { toolCalls: [], ...expect };
  given.toolCalls = given.toolCalls.map((call, at) => ({ id: ids[at], ...call }));
  for (const [key, value] of Object.entries(result)) {
    if (key === "usage" && expect.usage === undefined) continue;
    deepEqual(value, given[key], `${name}: ${key}`);
  }
  return undefined;
}

for (const reply of replies) {
  const { name, expect } = reply;
  const bytes = bytesOf(reply);

  test(`reply: ${name}`, async ({ lib }) => {
    for (const [door, client] of Object.entries(DOORS)) {
      // A stand-in's stream has no type to be wrong.
      if (door === "stub" && reply.type === "application/json") continue;
      for (const [method, call] of Object.entries(STREAMED)) {
        const error = await check(`${door} ${method}`, expect, () => call(client(lib, reply, [bytes]), lib));
        if (error && expect.partial) {
          deepEqual(error.partial, { ...error.partial, ...expect.partial }, `${door} ${method}`);
        }
      }
      // A stream of chunks does not know what an answer of its model looks like.
      if (expect.run !== false) {
        await check(`${door} run, streamed`, expect, () => run(client(lib, reply, [bytes])));
      }
      if (expect.cc !== false && (expect.run !== false || door !== "http")) {
        const expected = expect.cc === undefined ? expect : { code: expect.cc };
        await check(`${door} chat, streamed`, expected, () => chat(client(lib, reply, [bytes])));
      }
      if (!reply.answer) continue;
      for (const [method, call] of Object.entries(WHOLE)) {
        if (method === "run" && expect.run === false) continue;
        if (method === "chat" && expect.cc === false) continue;
        await check(`${door} ${method}`, expect, () => call(client(lib, reply, [bytes])));
      }
    }
  });

  test(`reply: ${name}, byte by byte`, async ({ lib }) => {
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte));
    for (const door of ["http", "binding"]) {
      const client = DOORS[door];
      await check(door, expect, () => STREAMED.events(client(lib, reply, pieces)));
      if (expect.run !== false || door !== "http") {
        const expected = expect.cc === undefined ? expect : { code: expect.cc };
        if (expect.cc !== false)
          await check(`${door} chat`, expected, () => chat(client(lib, reply, pieces)));
      }
    }
  });
}

/** A client whose service answers with these bytes. */
const clientOf = (lib, body, type) =>
  new lib.WorkersAI({
    baseURL: "https://example.com/ai",
    fetch: async () => new Response(body, { headers: { "content-type": type } }),
  });

test("an answer of the older dialect that has all its tokens was cut off", async ({ lib }) => {
  const usage = { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 };
  const stream = `data: {"response":"a"}\n\ndata: ${JSON.stringify({ response: "", usage })}\n\ndata: [DONE]\n\n`;
  const answer = JSON.stringify({ response: "a", usage });
  for (const [max_tokens, finishReason] of [
    [5, "length"],
    [6, "stop"],
    [undefined, "stop"],
  ]) {
    const input = { prompt: "hi", max_tokens };
    const streamed = await clientOf(lib, stream, "text/event-stream").streamText(MODEL, input);
    equal((await streamed.final()).finishReason, finishReason);
    const whole = await clientOf(lib, answer, "application/json").generateText(MODEL, input);
    equal(whole.finishReason, finishReason);
  }
});

test("what nemotron calls reasoning is its answer, where thinking is off", async ({ lib }) => {
  const model = "@cf/nvidia/nemotron-3-120b-a12b";
  const chunk = (delta, finish_reason = null) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  const stream = [chunk({ reasoning: "Hel" }), chunk({ reasoning: "lo" }), chunk({}, "stop")].join("");
  const off = { enable_thinking: false };
  for (const [input, text] of [
    [{ prompt: "hi", ...off }, "Hello"],
    [{ prompt: "hi", chat_template_kwargs: off }, "Hello"],
    [{ prompt: "hi" }, ""],
  ]) {
    const answer = await clientOf(lib, stream, "text/event-stream").streamText(model, input);
    const result = await answer.final();
    equal(result.text, text);
    equal(result.reasoning, text === "" ? "Hello" : undefined);
  }
});

test("the id of the model that answered is its own, whatever a model calls itself", async ({ lib }) => {
  const answer = (model) =>
    JSON.stringify({
      model,
      choices: [{ message: { role: "assistant", content: "a" }, finish_reason: "stop" }],
    });
  for (const [model, served, id] of [
    [
      "@cf/google/gemma-4-26b-a4b-it",
      "@cf/google/gemma-4-26b-a4b-it-external",
      "@cf/google/gemma-4-26b-a4b-it",
    ],
    ["@cf/moonshotai/kimi-k2.6", "kimi-external", "kimi-external"],
  ]) {
    const result = await clientOf(lib, answer(served), "application/json").generateText(model, "hi");
    equal(result.meta.model, id);
    equal(result.raw.model, served);
  }
});

test("where there is usage, its three counts are numbers", async ({ lib }) => {
  const counts = (promptTokens, completionTokens, totalTokens) => ({
    promptTokens,
    completionTokens,
    totalTokens,
  });
  for (const [usage, wanted] of [
    [{ prompt_tokens: 3, completion_tokens: 2 }, counts(3, 2, 5)],
    [{ prompt_tokens: 3, total_tokens: 5 }, counts(3, 2, 5)],
    [{ completion_tokens: 2, total_tokens: 5 }, counts(3, 2, 5)],
    [{ total_tokens: 5 }, counts(5, 0, 5)],
    [{ completion_tokens: 2 }, counts(0, 2, 2)],
    [{ prompt_tokens: "3" }, counts(3, 0, 3)],
    [{ prompt_tokens: 3, completion_tokens: -1, total_tokens: 0 }, counts(3, 0, 3)],
    [{ prompt_tokens: "x" }, undefined],
    [{}, undefined],
    [null, undefined],
  ]) {
    const answer = JSON.stringify({ response: "a", usage });
    const whole = await clientOf(lib, answer, "application/json").generateText(MODEL, "hi");
    deepEqual(whole.usage, wanted);
    const stream = `data: ${answer}\n\ndata: [DONE]\n\n`;
    const events = await collect(await clientOf(lib, stream, "text/event-stream").streamText(MODEL, "hi"));
    deepEqual(events.find(({ type }) => type === "usage")?.usage, wanted);
  }
});
