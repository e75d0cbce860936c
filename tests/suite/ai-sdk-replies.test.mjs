/** What the provider makes of each reply of tests/fixtures/text_generation, streamed and not: as the client does, in the SDK's words. */
import { deepEqual, equal, ok } from "./assert.mjs";
import fixtures from "./fixtures.mjs";
import { test } from "./harness.mjs";
import { checkParts, outcomeOf, partsOf } from "./parts.mjs";
import replies from "./replies.mjs";
import { bytesOf, piecesOf, typeOf } from "./reply.mjs";
import { streamResponse } from "./stubs.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const PROMPT = [{ role: "user", content: [{ type: "text", text: "hi" }] }];
/** A model whose service answers with these pieces. */
function modelOf({ lib, aiSdk }, pieces, type, model = MODEL) {
  const fetch = async () => streamResponse(pieces, { type });
  return aiSdk.createWorkersAI(new lib.WorkersAI({ baseURL: "https://example.com/ai", fetch }))(model);
}

async function streamed(model) {
  let parts;
  try {
    ({ stream: parts } = await model.doStream({ prompt: PROMPT }));
  } catch (error) {
    return { text: "", toolCalls: [], error };
  }
  parts = await partsOf(parts);
  checkParts(parts);
  return outcomeOf(parts);
}

async function whole(model) {
  try {
    const { content, finishReason, usage } = await model.doGenerate({ prompt: PROMPT });
    const texts = (kind) => content.filter(({ type }) => type === kind).map(({ text }) => text);
    const [reasoning] = texts("reasoning");
    const calls = content.filter(({ type }) => type === "tool-call");
    return {
      text: texts("text").join(""),
      ...(reasoning === undefined ? {} : { reasoning }),
      toolCalls: calls.map((call) => ({ id: call.toolCallId, name: call.toolName, arguments: call.input })),
      finishReason: finishReason.unified,
      usage,
    };
  } catch (error) {
    return { text: "", toolCalls: [], error };
  }
}

/** @param {object} expect of the fixtures: what the client says */
function check(outcome, expect, name, isStream) {
  const { error } = outcome;
  if (expect.code !== undefined) {
    ok(error !== undefined, `${name}: it must fail, not give ${JSON.stringify(outcome)}`);
    equal(error.cause?.code, expect.code, `${name}: ${error.message}`);
    equal(error.isRetryable ?? false, error.cause.retryable, name);
    if (isStream && expect.partial?.text && outcome.finishReason !== undefined)
      equal(outcome.text, expect.partial.text, name);
    return;
  }
  ok(error === undefined, `${name}: ${error?.stack}`);
  equal(outcome.text, expect.text, name);
  equal(outcome.reasoning, expect.reasoning, name);
  equal(outcome.finishReason, expect.finishReason, name);
  const calls = outcome.toolCalls.map(({ name, arguments: input }) => ({
    name,
    arguments: JSON.parse(input),
  }));
  const wanted = (expect.toolCalls ?? []).map(({ name, arguments: input }) => ({ name, arguments: input }));
  deepEqual(calls, wanted, name);
  const ids = outcome.toolCalls.map(({ id }) => id);
  ok(
    new Set(ids).size === ids.length && ids.every((id) => typeof id === "string" && id !== ""),
    `${name}: ids`,
  );
  if (expect.usage !== undefined) {
    equal(outcome.usage.inputTokens.total, expect.usage.promptTokens, name);
    equal(outcome.usage.outputTokens.total, expect.usage.completionTokens, name);
  }
}

for (const reply of replies) {
  test(`ai, reply: ${reply.name}`, async (t) => {
    const bytes = bytesOf(reply);
    const type = typeOf(reply);
    for (const isCut of [false, true]) {
      const pieces = piecesOf(bytes, isCut);
      check(await streamed(modelOf(t, pieces, type, reply.model)), reply.expect, "streamed", true);
      check(await whole(modelOf(t, pieces, type, reply.model)), reply.expect, "whole", false);
    }
  });
}

for (const { name, base64, expected } of fixtures) {
  test(`ai, stream: ${name}`, async (t) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    for (const size of [1, 7, 64, bytes.length]) {
      const pieces = [];
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
      const outcome = await streamed(modelOf(t, pieces, "text/event-stream"));
      // The SDK repairs calls by itself: it gets what the model wrote.
      if (name === "error-tool-arguments") {
        equal(outcome.error, undefined);
        const [call] = outcome.toolCalls;
        deepEqual([call.name, call.arguments, outcome.finishReason], ["f", '{"a":oops}', "tool-calls"]);
      } else {
        const { error: code, partial, ...result } = expected;
        check(outcome, code === undefined ? result : { code, partial }, `cut at ${size}`, true);
      }
    }
  });
}
