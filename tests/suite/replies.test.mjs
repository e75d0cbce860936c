/**
 * What a reply means, whoever reads it: each of tests/fixtures/text_generation/replies.json at every door and by every method that can get
 * it. The core's own tests read the same file.
 */
import { deepEqual, equal, ok } from "./assert.mjs";
import { test } from "./harness.mjs";
import replies from "./replies.mjs";
import { responseOf } from "./reply.mjs";
import { collect, summaryOf } from "./summary.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const MESSAGES = [{ role: "user", content: "hi" }];
/** The ways in which a reply reaches a client; a stand-in for the binding may give a stream or an object. */
const DOORS = {
  http: (lib, reply, isCut) =>
    new lib.WorkersAI({
      baseURL: "https://example.com/ai",
      fetch: async () => responseOf(reply, isCut),
      maxRetries: 0,
    }),
  binding: (lib, reply, isCut) =>
    new lib.WorkersAI({ binding: { run: async () => responseOf(reply, isCut) }, maxRetries: 0 }),
  stub: (lib, reply, isCut) =>
    new lib.WorkersAI({
      binding: {
        run: async () => (reply.answer ? structuredClone(reply.answer) : responseOf(reply, isCut).body),
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
  generateText: async (ai, model) => resultOf(await ai.generateText(model, "hi")),
  final: async (ai, model) => resultOf(await (await ai.streamText(model, "hi")).final()),
  events: async (ai, model) => {
    const summary = summaryOf(await collect(await ai.streamText(model, "hi")));
    return resultOf({ ...summary, reasoning: summary.reasoning === "" ? undefined : summary.reasoning });
  },
  text: async (ai, model) => ({ text: await (await ai.streamText(model, "hi")).text() }),
  textStream: async (ai, model) => {
    let text = "";
    for await (const piece of (await ai.streamText(model, "hi")).textStream) text += piece;
    return { text };
  },
  batches: async (ai, model) => {
    const events = [];
    for await (const batch of (await ai.streamText(model, "hi")).batches()) events.push(...batch);
    const summary = summaryOf(events);
    return resultOf({ ...summary, reasoning: summary.reasoning === "" ? undefined : summary.reasoning });
  },
  // What a server passes on a page reads as if it had asked by itself.
  toResponse: async (ai, model, lib) => {
    const response = (await ai.streamText(model, "hi")).toResponse();
    const fetch = async () => response;
    const page = new lib.WorkersAI({ baseURL: "https://page.example/ai", fetch, maxRetries: 0 });
    return resultOf(await (await page.streamText(model, "hi")).final());
  },
  tee: async (ai, model) => {
    const [one, other] = (await ai.streamText(model, "hi")).tee();
    const outcomes = await Promise.allSettled([one.final(), other.text()]);
    equal(outcomes[0].status, outcomes[1].status);
    if (outcomes[0].status === "rejected") throw outcomes[0].reason;
    equal(outcomes[0].value.text, outcomes[1].value);
    return resultOf(outcomes[0].value);
  },
};

const run = async (ai, model) => {
  await collect(await ai.run(model, { prompt: "hi", stream: true }));
  return {};
};

/** Calls of a chat completion with their arguments parsed, as `expect` has them. */
const callsOf = (calls) => calls.map(({ id, name, json }) => ({ id, name, arguments: JSON.parse(json) }));

const chat = async (ai, model) => {
  const chunks = await collect(await ai.chat.completions.create({ model, messages: MESSAGES, stream: true }));
  const choices = chunks.flatMap(({ choices }) => choices);
  const calls = [];
  for (const piece of choices.flatMap(({ delta }) => delta.tool_calls ?? [])) {
    const call = (calls[piece.index] ??= { name: "", json: "" });
    call.id ??= piece.id;
    call.name += piece.function?.name ?? "";
    call.json += piece.function?.arguments ?? "";
  }
  const toolCalls = callsOf(calls.filter(Boolean));
  return { text: choices.map(({ delta }) => delta.content ?? "").join(""), toolCalls };
};

const WHOLE = {
  run: async (ai, model) => {
    await ai.run(model, { prompt: "hi" });
    return {};
  },
  chat: async (ai, model) => {
    const { choices } = await ai.chat.completions.create({ model, messages: MESSAGES });
    const { content, tool_calls: calls = [] } = choices[0].message;
    const read = ({ id, function: { name, arguments: json } }) => ({ id, name, json });
    return { text: content ?? "", toolCalls: callsOf(calls.map(read)) };
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
  const resolved = { toolCalls: [], ...expect };
  resolved.toolCalls = resolved.toolCalls.map((call, at) => ({ id: ids[at], ...call }));
  for (const [key, value] of Object.entries(result)) {
    if (key === "usage" && expect.usage === undefined) continue;
    deepEqual(value, resolved[key], `${name}: ${key}`);
  }
  return undefined;
}

for (const reply of replies) {
  const { name, expect, model = MODEL } = reply;

  test(`reply: ${name}`, async ({ lib }) => {
    for (const [door, client] of Object.entries(DOORS)) {
      // A stand-in's stream has no type to be wrong.
      if (door === "stub" && reply.type === "application/json") continue;
      for (const [method, call] of Object.entries(STREAMED)) {
        const error = await check(`${door} ${method}`, expect, () =>
          call(client(lib, reply, false), model, lib),
        );
        if (error && expect.partial) {
          deepEqual(error.partial, { ...error.partial, ...expect.partial }, `${door} ${method}`);
        }
      }
      // A stream of chunks does not know what an answer of its model looks like.
      if (expect.run !== false) {
        await check(`${door} run, streamed`, expect, () => run(client(lib, reply, false), model));
      }
      if (expect.cc !== false && (expect.run !== false || door !== "http")) {
        const expected = expect.cc === undefined ? expect : { code: expect.cc };
        await check(`${door} chat, streamed`, expected, () => chat(client(lib, reply, false), model));
      }
      for (const [method, call] of Object.entries(WHOLE)) {
        // A stream that nobody asked for is what `run` gives as it came.
        if (method === "run" && (expect.run === false || !reply.answer)) continue;
        if (method === "chat" && expect.cc === false) continue;
        const expected = expect.whole === undefined ? expect : { code: expect.whole };
        await check(`${door} ${method}`, expected, () => call(client(lib, reply, false), model));
      }
    }
  });

  test(`reply: ${name}, byte by byte`, async ({ lib }) => {
    for (const door of ["http", "binding"]) {
      const client = DOORS[door];
      await check(door, expect, () => STREAMED.events(client(lib, reply, true), model));
      if (expect.run !== false || door !== "http") {
        const expected = expect.cc === undefined ? expect : { code: expect.cc };
        if (expect.cc !== false)
          await check(`${door} chat`, expected, () => chat(client(lib, reply, true), model));
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

test("no arguments are an empty object only where the answer is whole", async ({ lib }) => {
  const message = {
    content: null,
    tool_calls: [{ index: 0, id: "a", type: "function", function: { name: "f", arguments: "" } }],
  };
  for (const [finish_reason, isWhole] of [
    ["stop", true],
    ["tool_calls", true],
    ["length", false],
    ["content_filter", false],
    ["pause_turn", false],
  ]) {
    const answer = JSON.stringify({ choices: [{ index: 0, message, finish_reason }] });
    const chunk = JSON.stringify({ choices: [{ index: 0, delta: message, finish_reason }] });
    for (const call of [
      () => clientOf(lib, answer, "application/json").generateText(MODEL, "hi"),
      async () =>
        (
          await clientOf(lib, `data: ${chunk}\n\ndata: [DONE]\n\n`, "text/event-stream").streamText(
            MODEL,
            "hi",
          )
        ).final(),
    ]) {
      const { toolCalls, code, partial } = await call().catch((error) => error);
      equal(code, isWhole ? undefined : "MALFORMED_RESPONSE", finish_reason);
      const calls = isWhole ? toolCalls : partial.toolCalls;
      deepEqual(calls, [{ id: "a", name: "f", arguments: isWhole ? {} : "" }]);
    }
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

    const { chat } = clientOf(lib, stream, "text/event-stream");
    const messages = [{ role: "user", content: "hi" }];
    const { prompt: _, ...parameters } = input;
    const streamed = await chat.completions.create({ model, messages, ...parameters, stream: true });
    let content = "";
    for await (const { choices } of streamed) content += choices[0].delta.content ?? "";
    equal(content, text);
    const reasoned = {
      choices: [{ index: 0, message: { content: null, reasoning: "Hello" }, finish_reason: "stop" }],
    };
    const whole = clientOf(lib, JSON.stringify(reasoned), "application/json").chat;
    const completion = await whole.completions.create({ model, messages, ...parameters });
    equal(completion.choices[0].message.content ?? "", text);
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

test("thinking in the text: a whole answer without any is the answer alone", async ({ lib }) => {
  const model = "@cf/deepseek-ai/deepseek-r1-distill-qwen-32b";
  const answer = JSON.stringify({ response: "42" });
  const result = await clientOf(lib, answer, "application/json").generateText(model, "hi");
  deepEqual([result.text, result.reasoning], ["42", undefined]);
  // What is held to a grammar has no thinking that nobody has begun.
  const stream = 'data: {"response":"{}"}\n\ndata: [DONE]\n\n';
  const input = { prompt: "hi", response_format: { type: "json_object" } };
  const streamed = await clientOf(lib, stream, "text/event-stream").streamText(model, input);
  const final = await streamed.final();
  deepEqual([final.text, final.reasoning], ["{}", undefined]);
});

test("thinking in the text: chat completions have it apart", async ({ lib }) => {
  const model = "@cf/qwen/qwq-32b";
  const json = JSON.stringify;
  const chat = (content) =>
    json({ id: "c", choices: [{ index: 0, message: { content }, finish_reason: "stop" }] });
  for (const answer of [json({ response: "Hm.</think>42" }), chat("<think>\nHm.\n</think>\n\n42")]) {
    const ai = clientOf(lib, answer, "application/json");
    const { choices } = await ai.chat.completions.create({ model, messages: MESSAGES });
    equal(choices[0].message.content, "42");
    equal(choices[0].message.reasoning_content, "Hm.");
    equal(choices[0].finish_reason, "stop");
  }
  const object = "chat.completion.chunk";
  const chunk = (content) =>
    `data: ${json({ id: "c", object, choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const stream = ["Hm", ".</th", "ink>\n", "4", "2"].map(chunk).join("");
  const ai = clientOf(lib, `${stream}data: [DONE]\n\n`, "text/event-stream");
  const chunks = await collect(await ai.chat.completions.create({ model, messages: MESSAGES, stream: true }));
  const deltas = chunks.map(({ choices }) => choices[0].delta);
  equal(deltas.map(({ reasoning_content }) => reasoning_content ?? "").join(""), "Hm.");
  equal(deltas.map(({ content }) => content ?? "").join(""), "42");
  ok(chunks.every((chunk) => chunk.id === "c" && chunk.object === object));
});

test("lines of JSON become events where they are passed on", async ({ lib }) => {
  const lines = '{"response":"Hel"}\n{"response":"lo"}\n{"response":"","done":true}\n';
  const expected = lines.replace(/^.+$/gm, "data: $&\n");
  for (const type of ["application/x-ndjson", "text/event-stream", "application/json"]) {
    const stream = await clientOf(lib, lines, type).streamText(MODEL, "hi");
    equal(await stream.toResponse().text(), expected, type);
  }
});
