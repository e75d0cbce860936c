// Chat completions and their chunks, made of what models of other dialects say. What has OpenAI's shape already stays as it is.

import { failure } from "../../core.js";

/** What all chunks of an answer have in common. */
export function headOf(call, reply) {
  const id = reply.header("cf-ai-req-id") ?? Math.random().toString(36).slice(2);
  return { id: `chatcmpl-${id}`, created: Math.floor(Date.now() / 1000), model: call.facts.model };
}

/** A whole answer. `limit` is the most tokens that were asked for. */
export function completionOf(answer, head, limit) {
  if (Array.isArray(answer?.choices)) return answer;
  if (answer?.response === undefined && !Array.isArray(answer?.tool_calls)) {
    throw failure("MALFORMED_RESPONSE", "The answer has no choices and no response. Is it a language model?");
  }
  const { response, tool_calls: calls, usage } = answer;
  const message = { role: "assistant", content: textOf(response), refusal: null };
  const made = toolCallsOf(calls);
  if (made.length > 0) message.tool_calls = made.map(({ index: _index, ...call }) => call);
  const reason = reasonOf(made.length > 0, usage, limit);
  const choice = { index: 0, message, logprobs: null, finish_reason: reason };
  const { id, created, model } = head;
  const completion = { id, object: "chat.completion", created, model, choices: [choice] };
  if (usage !== undefined) completion.usage = usage;
  return completion;
}

/**
 * The chunks of a streamed answer.
 *
 * @param {AsyncIterable<object>} said the chunks of the model's own dialect
 * @param {object} head
 * @param {{ wantsUsage: boolean, limit?: number }} asked `wantsUsage`: a last chunk without choices tells the usage
 */
export async function* chunksOf(said, head, { wantsUsage, limit }) {
  const chunk = (delta, reason = null) => ({
    ...started,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
  });
  let started = { id: head.id, object: "chat.completion.chunk", created: head.created, model: head.model };
  let begun = false;
  let finished = false;
  let usage;
  let tools = 0;
  for await (const one of said) {
    usage = one.usage ?? usage;
    if (Array.isArray(one.choices)) {
      // The service's own tail without choices comes anew below, if it was asked for.
      if (one.choices.length === 0) continue;
      begun = true;
      finished ||= one.choices.some((choice) => choice?.finish_reason);
      const { choices: _choices, usage: _usage, ...own } = one;
      started = { ...started, ...own };
      yield one;
      continue;
    }
    const delta = {};
    const text = textOf(one.response);
    // A tail that repeats what choices have said tells the usage, nothing else.
    if (text && !finished) delta.content = text;
    const calls = finished ? [] : toolCallsOf(one.tool_calls, tools);
    if (calls.length > 0) delta.tool_calls = calls;
    tools += calls.length;
    if (Object.keys(delta).length === 0) continue;
    if (!begun) delta.role = "assistant";
    begun = true;
    yield chunk(delta);
  }
  if (!begun) yield chunk({ role: "assistant", content: "" });
  if (!finished) yield chunk({}, reasonOf(tools > 0, usage, limit));
  if (wantsUsage && usage !== undefined) yield { ...started, choices: [], usage };
}

/** A whole answer as chunks, for who asked for a stream and did not get one. */
export async function* chunksOfWhole(completion, { wantsUsage }) {
  const { choices, usage, object: _object, ...head } = completion;
  const started = { ...head, object: "chat.completion.chunk" };
  for (const { index, message, logprobs, finish_reason } of choices) {
    const delta = { ...message };
    if (Array.isArray(delta.tool_calls)) {
      delta.tool_calls = delta.tool_calls.map((call, place) => ({ index: place, ...call }));
    }
    yield { ...started, choices: [{ index, delta, logprobs: logprobs ?? null, finish_reason: null }] };
    yield { ...started, choices: [{ index, delta: {}, logprobs: null, finish_reason }] };
  }
  if (wantsUsage && usage !== undefined) yield { ...started, choices: [], usage };
}

/** In the older dialect a response may be an object, a number, or nothing. */
function textOf(response) {
  if (response === null || response === undefined) return null;
  return typeof response === "string" ? response : JSON.stringify(response);
}

/** Tool calls with their arguments as JSON text. */
function toolCallsOf(calls, from = 0) {
  return (Array.isArray(calls) ? calls : []).map((call, place) => {
    const { name, arguments: given } = call.function ?? call;
    const text = typeof given === "string" ? given : JSON.stringify(given ?? {});
    return {
      index: from + place,
      id: call.id ?? `call_${Math.random().toString(36).slice(2, 11)}`,
      type: "function",
      function: { name, arguments: text },
    };
  });
}

/** The older dialect does not say why it stopped. */
function reasonOf(hasTools, usage, limit) {
  if (hasTools) return "tool_calls";
  return limit !== undefined && usage?.completion_tokens >= limit ? "length" : "stop";
}
