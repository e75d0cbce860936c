// Converts the SDK's prompt to the service's messages. Forms that only some models reject (an array of text
// parts, absent content, ids of calls) are left to the client, which handles the model families.

import { ownOf } from "../call.js";
import { UnsupportedFunctionalityError } from "../errors.js";
import { filePart } from "./file.js";

/**
 * @param {object[]} prompt
 * @param {boolean} isOwn true for the service's own models
 * @param {object[]} warnings receives a warning for each part that is omitted
 */
export function messagesOf(prompt, isOwn, warnings) {
  return prompt.flatMap((message) => {
    const own = ownOf(message);
    return CONVERT[message.role](message, isOwn, warnings).map((turn) =>
      own === undefined ? turn : { ...turn, ...own },
    );
  });
}

const CONVERT = {
  system: ({ content }) => [{ role: "system", content }],
  user: ({ content }, isOwn) => [{ role: "user", content: contentOf(content, isOwn) }],
  assistant,
  tool: ({ content }) => content.filter(({ type }) => type === "tool-result").map(toolTurn),
};

/** A single text part becomes a string. */
function contentOf(parts, isOwn) {
  if (parts.length === 1 && parts[0].type === "text" && ownOf(parts[0]) === undefined) return parts[0].text;
  return parts.map((part) =>
    part.type === "text" ? { type: "text", text: part.text, ...ownOf(part) } : filePart(part, isOwn),
  );
}

function assistant({ content }, isOwn, warnings) {
  const turn = { role: "assistant", content: textOf(content, "text") };
  const calls = content.filter(({ type, providerExecuted }) => type === "tool-call" && !providerExecuted);
  if (calls.length > 0) {
    // The service's own models continue from their reasoning beside calls; others reject it.
    const thoughts = textOf(content, "reasoning");
    if (isOwn && thoughts !== "") turn.reasoning_content = thoughts;
    const signed = isOwn
      ? []
      : content.flatMap((part) => (part.type === "reasoning" && ownOf(part)?.thoughts) || []);
    if (signed.length > 0) turn.content = [...signed, ...textPart(turn.content)];
    turn.tool_calls = calls.map(callTurn);
  }
  for (const { type } of content)
    if (LEFT_OUT.has(type))
      warnings.push({ type: "unsupported", feature: `${type} in an assistant's message` });
  const results = content.filter(({ type }) => type === "tool-result");
  return [turn, ...results.filter(({ toolCallId }) => has(calls, toolCallId)).map(toolTurn)];
}

const textPart = (text) => (text === "" ? [] : [{ type: "text", text }]);

const LEFT_OUT = new Set(["file", "reasoning-file", "custom"]);
const has = (calls, id) => calls.some(({ toolCallId }) => toolCallId === id);

const textOf = (content, kind) =>
  content
    .filter(({ type }) => type === kind)
    .map(({ text }) => text)
    .join("");

function callTurn(part) {
  const { toolCallId, toolName, input } = part;
  const json = typeof input === "string" ? input : JSON.stringify(input ?? {});
  return { id: toolCallId, type: "function", function: { name: toolName, arguments: json }, ...ownOf(part) };
}

function toolTurn(part) {
  const { toolCallId, toolName, output } = part;
  return {
    role: "tool",
    tool_call_id: toolCallId,
    name: toolName,
    content: outputOf(output),
    ...ownOf(part),
  };
}

function outputOf(output) {
  switch (output.type) {
    case "text":
    case "error-text":
      return output.value;
    case "json":
    case "error-json":
      return JSON.stringify(output.value);
    case "execution-denied":
      return output.reason ?? "The user has not allowed this call.";
    case "content":
      return outputContent(output.value);
  }
  throw new UnsupportedFunctionalityError({
    functionality: `a tool's result of type ${output.type}`,
    message: `A tool's result of type ${output.type} has no form that a model takes.`,
  });
}

/** Joins texts; keeps images beside them for vision models. */
function outputContent(parts) {
  const content = contentOf(
    parts.filter(({ type }) => type !== "custom"),
    true,
  );
  if (typeof content === "string") return content;
  return content.every(({ type }) => type === "text") ? content.map(({ text }) => text).join("\n") : content;
}
