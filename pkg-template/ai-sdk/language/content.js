// Converts a complete answer to the SDK's content.

import { metadataOf } from "../metadata.js";
import { usageOf } from "../usage.js";
import { withThoughts } from "./blocks.js";
import { callPart } from "./calls.js";

/**
 * @param {object} result the client's, with `toolCalls` whose arguments may be JSON text
 * @param {string} [answerTool] the tool whose arguments are the answer's JSON
 */
export function contentOf({ text, reasoning, toolCalls, message }, answerTool) {
  const content = [];
  // With calls, the history includes the reasoning blocks that the model requires back.
  const thoughts = Array.isArray(message?.content)
    ? message.content.filter(({ type }) => type !== "text")
    : [];
  if (reasoning !== undefined)
    content.push({ type: "reasoning", text: reasoning, ...withThoughts(thoughts) });
  const answer = toolCalls.find(({ name }) => name === answerTool);
  const answerText = answer === undefined ? text : inputOf(answer, message);
  if (answerText !== "") content.push({ type: "text", text: answerText });
  for (const call of toolCalls) {
    if (call === answer) continue;
    const { id, name, extraContent } = call;
    content.push(callPart(id, name, inputOf(call, message), extraContent));
  }
  return content;
}

/** The model's own JSON text, which preserves large numbers. */
function inputOf({ id, arguments: input }, message) {
  const call = message?.tool_calls?.find((call) => call.id === id);
  return call?.function.arguments ?? (typeof input === "string" ? input : JSON.stringify(input));
}

/** The SDK's result around the content. */
export function resultOf(result, content, { finishReason, warnings, input }) {
  const { usage, raw, meta } = result;
  return {
    content,
    finishReason,
    usage: usageOf(usage, raw?.usage),
    providerMetadata: metadataOf(meta),
    request: { body: input },
    warnings,
  };
}
