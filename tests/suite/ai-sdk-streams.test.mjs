/** The provider's stream as a `ReadableStream`, what stands in its metadata, and middleware of the SDK over it. */
import { extractReasoningMiddleware, generateText, streamText, wrapLanguageModel } from "./ai.mjs";
import { deepEqual, equal, match, ok, rejects } from "./assert.mjs";
import { test } from "./harness.mjs";
import { checkParts, partsOf } from "./parts.mjs";
import { jsonResponse, recorder, streamResponse } from "./stubs.mjs";

const LLM = "@cf/meta/llama-3.1-8b-instruct";
const CHAT = "@cf/moonshotai/kimi-k2.6";
const PROMPT = [{ role: "user", content: [{ type: "text", text: "hi" }] }];
const PIECES = ["Hel", "lo", " wor", "ld"].map((response) => `data: ${JSON.stringify({ response })}\n\n`);
const END = "data: [DONE]\n\n";

const clientOf = (lib, fetch) => new lib.WorkersAI({ baseURL: "https://example.com/ai", fetch });

/** A model that says "Hello world", in chunks of one event or in one chunk. */
function modelOf({ lib, aiSdk }, { chunks = [...PIECES, END], headers = {} } = {}) {
  const fetch = async () => {
    const response = streamResponse(chunks);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    return response;
  };
  return aiSdk.createWorkersAI(clientOf(lib, fetch))(LLM);
}

const streamOf = async (t, how) => (await modelOf(t, how).doStream({ prompt: PROMPT })).stream;
const textOf = (parts) => parts.map(({ type, delta }) => (type === "text-delta" ? delta : "")).join("");

/** In chunks of one event, and all in one. */
const CUTS = [undefined, { chunks: [[...PIECES, END].join("")] }];

test("ai stream: by a reader, in a loop, through a pipe, twice", async (t) => {
  for (const how of CUTS) {
    const read = await partsOf(await streamOf(t, how));
    checkParts(read);
    equal(textOf(read), "Hello world");
    const types = read.map(({ type }) => type);
    // Safari's streams are no iterables yet.
    if (ReadableStream.prototype[Symbol.asyncIterator] !== undefined) {
      const looped = [];
      for await (const { type } of await streamOf(t, how)) looped.push(type);
      deepEqual(looped, types);
    }
    const piped = (await streamOf(t, how)).pipeThrough(new TransformStream());
    deepEqual(
      (await partsOf(piped)).map(({ type }) => type),
      types,
    );
    const halves = (await streamOf(t, how)).tee();
    for (const half of await Promise.all(halves.map(partsOf)))
      deepEqual(
        half.map(({ type }) => type),
        types,
      );
  }
});

test("ai stream: a reader is one like any other", async (t) => {
  for (const how of CUTS) {
    const stream = await streamOf(t, how);
    ok(stream instanceof ReadableStream);
    equal(stream.locked, false);
    const reader = stream.getReader();
    ok(reader instanceof ReadableStreamDefaultReader);
    equal(stream.locked, true);
    await rejects(async () => stream.getReader(), { name: "TypeError" });
    // Several reads at a time are served in their order.
    const results = await Promise.all(Array.from({ length: 20 }, () => reader.read()));
    const parts = results.filter(({ done }) => !done).map(({ value }) => value);
    checkParts(parts);
    equal(textOf(parts), "Hello world");
    ok(results.at(-1).done && results.at(-1).value === undefined);
    equal(await reader.closed, undefined);
    deepEqual(await reader.read(), { value: undefined, done: true });
    reader.releaseLock();
    equal(stream.locked, false);
    await rejects(reader.read(), { name: "TypeError" });
  }
});

test("ai stream: what one reader leaves the next one finds", async (t) => {
  for (const how of CUTS) {
    const stream = await streamOf(t, how);
    const reader = stream.getReader();
    const first = [(await reader.read()).value, (await reader.read()).value, (await reader.read()).value];
    reader.releaseLock();
    await rejects(reader.read(), { name: "TypeError" });
    const rest = await partsOf(stream);
    checkParts([...first, ...rest]);
    equal(textOf([...first, ...rest]), "Hello world");
  }
});

test("ai stream: a reader that throws its stream away", async (t) => {
  for (const how of CUTS) {
    const stream = await streamOf(t, how);
    const reader = stream.getReader();
    await reader.read();
    await reader.cancel("enough");
    deepEqual(await reader.read(), { value: undefined, done: true });
    equal(await reader.closed, undefined);
  }
});

test("ai: all that is known stands in the metadata", async (t) => {
  const headers = {
    "cf-ai-req-id": "req-1",
    "cf-aig-log-id": "log-1",
    "cf-aig-cache-status": "HIT",
    "cf-ai-neurons": "2.5",
  };
  const known = {
    requestId: "req-1",
    gatewayLogId: "log-1",
    cacheStatus: "HIT",
    neurons: 2.5,
    costUsd: 0.0000275,
  };
  const check = ({ workersai }) => {
    for (const [name, value] of Object.entries(known)) equal(workersai[name], value, name);
    equal(typeof workersai.durationMs, "number");
    JSON.stringify(workersai);
  };
  const model = modelOf(t, { headers });
  const { stream, response } = await model.doStream({ prompt: PROMPT });
  deepEqual(response.headers, headers);
  const parts = await partsOf(stream);
  check(parts.at(-1).providerMetadata);
  equal(parts[1].id, "req-1");
  const answer = { response: "Hi", usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } };
  const fetch = async () => jsonResponse({ result: answer, success: true }, { headers });
  const whole = await t.aiSdk.createWorkersAI(clientOf(t.lib, fetch))(LLM).doGenerate({ prompt: PROMPT });
  check(whole.providerMetadata);
  deepEqual(whole.response.headers, headers);
  deepEqual(whole.response.body, answer);
  deepEqual(whole.usage.raw, answer.usage);
});

test("ai: options reach the call, and parameters the model", async ({ lib, aiSdk }) => {
  const { fetch, requests } = recorder(() => jsonResponse({ result: { response: "Hi" }, success: true }));
  const provider = aiSdk.createWorkersAI(clientOf(lib, fetch));
  const model = provider(LLM, { sessionAffinity: "a", top_k: 3, temperature: 0.1 });
  await generateText({
    model,
    prompt: "hi",
    temperature: 0.9,
    headers: { "x-own": "1" },
    providerOptions: {
      "workers-ai": { top_k: 4 },
      workersai: { sessionAffinity: "b", gateway: { id: "g", cacheTtl: 60 }, repetition_penalty: 1.1 },
    },
  });
  const [{ body, headers }] = requests;
  deepEqual(
    [body.top_k, body.repetition_penalty, body.temperature],
    [4, 1.1, 0.1],
    "a parameter by the service's own name wins",
  );
  deepEqual([headers["x-session-affinity"], headers["cf-aig-gateway-id"], headers["x-own"]], ["b", "g", "1"]);
  equal(headers["cf-aig-cache-ttl"], "60");
});

test("ai: a history with calls, results, thinking and files goes out as the model takes it", async ({
  lib,
  aiSdk,
}) => {
  const { fetch, requests } = recorder(() =>
    jsonResponse({
      result: { choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }] },
      success: true,
    }),
  );
  const provider = aiSdk.createWorkersAI(clientOf(lib, fetch));
  const call = { type: "tool-call", toolCallId: "a", toolName: "f", input: { n: 1 } };
  const result = (output) => ({ type: "tool-result", toolCallId: "a", toolName: "f", output });
  const messages = [
    { role: "system", content: "s" },
    { role: "user", content: [{ type: "text", text: "q" }] },
    { role: "assistant", content: [{ type: "reasoning", text: "hm" }, { type: "text", text: "" }, call] },
    { role: "tool", content: [result({ type: "json", value: { degrees: 21 } })] },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "so" },
        { type: "text", text: "21" },
      ],
    },
    { role: "user", content: [{ type: "text", text: "q2" }] },
  ];
  await provider(CHAT).doGenerate({ prompt: messages });
  const sent = requests[0].body.messages;
  deepEqual(
    sent.map(({ role }) => role),
    ["system", "user", "assistant", "tool", "assistant", "user"],
  );
  equal(sent[1].content, "q");
  const [own] = sent[2].tool_calls;
  deepEqual([own.function.name, own.function.arguments, sent[2].reasoning_content], ["f", '{"n":1}', "hm"]);
  deepEqual([sent[3].tool_call_id, sent[3].content], [own.id, '{"degrees":21}']);
  deepEqual([sent[4].content, sent[4].reasoning_content], ["21", undefined]);

  for (const [output, content] of [
    [{ type: "text", value: "x" }, "x"],
    [{ type: "error-text", value: "bad" }, "bad"],
    [{ type: "error-json", value: [1] }, "[1]"],
    [{ type: "execution-denied", reason: "no" }, "no"],
    [{ type: "execution-denied" }, "The user has not allowed this call."],
    [
      {
        type: "content",
        value: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      "a\nb",
    ],
  ]) {
    requests.length = 0;
    messages[3] = { role: "tool", content: [result(output)] };
    await provider(CHAT).doGenerate({ prompt: messages });
    equal(requests[0].body.messages[3].content, content);
  }
});

test("ai: tools that are not to be called", async ({ lib, aiSdk }) => {
  const { fetch, requests } = recorder(() => jsonResponse({ result: { response: "Hi" }, success: true }));
  const model = aiSdk.createWorkersAI(clientOf(lib, fetch))(LLM);
  const tools = [{ type: "function", name: "f", inputSchema: { type: "object", properties: {} } }];
  await model.doGenerate({ prompt: PROMPT, tools, toolChoice: { type: "none" } });
  equal(requests[0].body.tools, undefined);
  const call = { type: "tool-call", toolCallId: "a", toolName: "f", input: {} };
  const output = { type: "text", value: "x" };
  const history = [
    ...PROMPT,
    { role: "assistant", content: [call] },
    { role: "tool", content: [{ type: "tool-result", toolCallId: "a", toolName: "f", output }] },
  ];
  await model.doGenerate({ prompt: history, tools, toolChoice: { type: "none" } });
  equal(requests[1].body.tools.length, 1, "some templates write calls of the history only beside tools");
  equal(requests[1].body.tool_choice, "none");
  const odd = [...tools, { type: "provider", id: "openai.web_search", name: "web_search", args: {} }];
  const { warnings } = await model.doGenerate({ prompt: PROMPT, tools: odd });
  deepEqual(
    warnings.map(({ type, feature }) => [type, feature]),
    [["unsupported", "the tool openai.web_search of another provider"]],
  );
});

test("ai: calls whose arguments are no JSON are for the SDK to repair", async ({ lib, aiSdk }) => {
  const message = {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: '{"n":1' } }],
  };
  const fetch = async () =>
    jsonResponse({ result: { choices: [{ message, finish_reason: "tool_calls" }] }, success: true });
  const model = aiSdk.createWorkersAI(clientOf(lib, fetch))(CHAT);
  const { content, finishReason } = await model.doGenerate({ prompt: PROMPT });
  deepEqual(content, [{ type: "tool-call", toolCallId: "a", toolName: "f", input: '{"n":1' }]);
  equal(finishReason.unified, "tool-calls");
});

test("ai: large numbers in arguments keep their digits", async ({ lib, aiSdk }) => {
  const json = '{"n":12345678901234567890,"x":1.0}';
  const call = { id: "a", type: "function", function: { name: "f", arguments: json } };
  const answer = {
    choices: [
      { message: { role: "assistant", content: "", tool_calls: [call] }, finish_reason: "tool_calls" },
    ],
  };
  const fetch = async () => jsonResponse({ result: answer, success: true });
  const model = aiSdk.createWorkersAI(clientOf(lib, fetch))(CHAT);
  const { content } = await model.doGenerate({ prompt: PROMPT });
  equal(content[0].input, json);
});

test("ai: middleware of the SDK", async (t) => {
  const chunks = ["<think>", "hm", "</think>", "4"].map(
    (response) => `data: ${JSON.stringify({ response })}\n\n`,
  );
  const model = wrapLanguageModel({
    model: modelOf(t, { chunks: [...chunks, END] }),
    middleware: extractReasoningMiddleware({ tagName: "think" }),
  });
  const result = streamText({ model, prompt: "hi" });
  equal(await result.text, "4");
  match((await result.finalStep).reasoningText, /hm/);
});

test("ai: raw chunks of an answer that came as a whole", async ({ lib, aiSdk }) => {
  const fetch = async () => jsonResponse({ result: { response: "Hi" }, success: true });
  const model = aiSdk.createWorkersAI(clientOf(lib, fetch))(LLM);
  const { stream } = await model.doStream({ prompt: PROMPT, includeRawChunks: true });
  const parts = await partsOf(stream);
  ok(parts.some(({ type }) => type === "raw"));
  equal(textOf(parts), "Hi");
});

test("ai: raw chunks of a reply whose sender goes on behind its end, or has broken", async ({
  lib,
  aiSdk,
}) => {
  for (const pieces of [
    [...PIECES, END, ": ping\n\n"],
    [...PIECES, "data: {broken\n\n"],
  ]) {
    const fetch = async () => streamResponse(pieces, { open: true });
    const model = aiSdk.createWorkersAI(clientOf(lib, fetch))(LLM);
    const { stream } = await model.doStream({ prompt: PROMPT, includeRawChunks: true });
    const parts = await partsOf(stream);
    const raw = parts.filter(({ type }) => type === "raw").map(({ rawValue }) => rawValue.response ?? "");
    deepEqual([raw.join(""), textOf(parts)], ["Hello world", "Hello world"]);
  }
});
