// An answer ends with its own end, whatever its connection does.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createWorkersAI } from "workers-ai-wasm/ai-sdk";
import { serveOpenAI } from "workers-ai-wasm/openai";
import { MODEL, rejects, rest } from "./helpers.mjs";

const RESPONDING = "@cf/openai/gpt-oss-20b";
const messages = [{ role: "user", content: "hi" }];
const chunk = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, finish_reason }] });
const events = (...items) =>
  items.map((item) => `data: ${typeof item === "string" ? item : JSON.stringify(item)}\n\n`).join("");

const ENDS = {
  "[DONE]": events(chunk({ content: "Hello" }), chunk({}, "stop"), "[DONE]"),
  message_stop: events(
    { type: "message_start", message: { content: [] } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "Hello" } },
    { type: "message_delta", delta: { stop_reason: "end_turn" } },
    { type: "message_stop" },
  ),
  "response.completed": events(
    { type: "response.output_text.delta", delta: "Hello" },
    { type: "response.completed", response: { status: "completed", output: [] } },
  ),
};
const FAILURE = `${events(chunk({ content: "Hel" }))}event: error\ndata: {"message":"boom"}\n\n`;

/** A client whose replies are these bytes on a connection that stays open. */
function open(body, type = "text/event-stream") {
  return rest(async () => {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
    const start = (controller) => controller.enqueue(bytes);
    const stream = new ReadableStream({ start });
    return new Response(stream, { headers: { "content-type": type } });
  });
}

async function posted(ai, path, body) {
  const { fetch, baseURL } = serveOpenAI(ai);
  const response = await fetch(`${baseURL}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: MODEL, ...body }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text.includes("Hello") ? "Hello" : text;
}

async function streamed(stream, textOf) {
  let text = "";
  for await (const part of stream) text += textOf(part) ?? "";
  return text;
}

const METHODS = {
  generateText: async (ai) => (await ai.generateText(MODEL, "hi")).text,
  streamText: async (ai) => (await ai.streamText(MODEL, "hi")).text(),
  "chat completion": async (ai) =>
    (await ai.chat.completions.create({ model: MODEL, messages })).choices[0].message.content,
  "chat completion, streamed": async (ai) =>
    streamed(
      await ai.chat.completions.create({ model: MODEL, messages, stream: true }),
      ({ choices }) => choices[0]?.delta.content,
    ),
  response: async (ai) => (await ai.responses.create({ model: RESPONDING, input: "hi" })).output_text,
  "response, streamed": async (ai) =>
    streamed(await ai.responses.create({ model: RESPONDING, input: "hi", stream: true }), (event) =>
      event.type === "response.output_text.delta" ? event.delta : "",
    ),
  "/chat/completions": (ai) => posted(ai, "/chat/completions", { messages }),
  "/responses": (ai) => posted(ai, "/responses", { input: "hi" }),
  "/messages": (ai) => posted(ai, "/messages", { max_tokens: 9, messages }),
};

for (const [method, call] of Object.entries(METHODS)) {
  test(`${method} settles at the end of the answer`, { timeout: 20_000 }, async () => {
    for (const [end, body] of Object.entries(ENDS)) {
      for (const type of ["text/event-stream", "application/json"]) {
        assert.equal(await call(open(body, type)), "Hello", `${end}, ${type}`);
      }
    }
    await assert.rejects(() => call(open(FAILURE)), /boom/);
  });
}

test("a stream with a call that has no name fails", async () => {
  const body = events(
    chunk({ content: "Hi" }),
    chunk({ tool_calls: [{ index: 0, id: "a", function: { arguments: "{}" } }] }),
    chunk({}, "tool_calls"),
    "[DONE]",
  );
  for (const call of [METHODS["response, streamed"], METHODS["chat completion, streamed"]]) {
    assert.equal((await rejects(call(open(body)))).code, "MALFORMED_RESPONSE");
  }
});

test("a usage without counts is no event, and nothing that the AI SDK's provider stumbles over", async () => {
  for (const usage of [{ reasoning_tokens: 3 }, { prompt_tokens: -1, completion_tokens: -1 }]) {
    const body = events(chunk({ content: "Hello" }), chunk({}, "stop"), { choices: [], usage }, "[DONE]");
    for await (const { type } of await open(body).streamText(MODEL, "hi")) assert.notEqual(type, "usage");
    const prompt = [{ role: "user", content: [{ type: "text", text: "hi" }] }];
    const { stream } = await createWorkersAI(open(body))(MODEL).doStream({ prompt });
    const text = await streamed(stream, (part) => {
      if (part.type === "error") throw part.error;
      return part.type === "text-delta" ? part.delta : "";
    });
    assert.equal(text, "Hello");
  }
});

test("a character whose halves come in two chunks", async () => {
  const streams = [
    'data: {"choices":[{"index":0,"delta":{"content":"Hello\\ud83d"}}]}\n\ndata: {"choices":[{"index":0,"delta":{"content":"\\ude00"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    'data: {"response":"Hello\\ud83d"}\n\ndata: {"response":"\\ude00"}\n\ndata: [DONE]\n\n',
  ];
  // The bytes of one, in two events of a server that sends each token as it comes.
  const halves = (event) => {
    const [first, second] = event("|").split("|");
    const bytes = new TextEncoder().encode("\u{1f600}");
    return Buffer.concat([
      Buffer.from(`${first}Hello`),
      bytes.subarray(0, 2),
      Buffer.from(second),
      Buffer.from(first),
      bytes.subarray(2),
      Buffer.from(second),
      Buffer.from(events(chunk({}, "stop"), "[DONE]")),
    ]);
  };
  streams.push(
    halves((text) => events(chunk({ content: text }))),
    halves((text) => events({ response: text })),
  );
  for (const body of streams) {
    for (const [method, call] of Object.entries(METHODS)) {
      if (!method.startsWith("/")) assert.equal(await call(open(body)), "Hello\u{1f600}", method);
    }
  }
});
