// Anthropic's Messages, which `/v1/messages` speaks for any text model.

import { badInput } from "../errors.js";
import { MOST_TOOLS } from "../inputs/bounds.js";
import { imageFromBlock } from "../inputs/media.js";
import { event } from "../streams/sse.js";
import { readStop, textOf } from "./input.js";

const STOP_REASONS = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

/** A turn's blocks as messages: text stays, results of tools become turns of their own. */
function readMessage({ role, content }, index, model) {
  if (role !== "user" && role !== "assistant")
    throw badInput(model, `messages[${index}].role must be user or assistant`);
  if (typeof content === "string") return [{ role, content }];
  if (!Array.isArray(content))
    throw badInput(model, `messages[${index}].content must be a string or an array of blocks`);
  const results = content
    .filter((block) => block?.type === "tool_result")
    .map((block) => ({ role: "tool", content: textOf(block.content ?? ""), toolCallId: block.tool_use_id }));
  const text = textOf(content);
  return [...(text || results.length === 0 ? [{ role, content: text }] : []), ...results];
}

function readTools(tools = [], model) {
  if (!Array.isArray(tools)) throw badInput(model, "tools must be an array");
  if (tools.length > MOST_TOOLS) throw badInput(model, `tools must be at most ${MOST_TOOLS}`);
  return tools.map((tool, index) => {
    if (typeof tool?.name !== "string") throw badInput(model, `tools[${index}].name must be a string`);
    const { name, description = "", input_schema: parameters = {} } = tool;
    return { name, description, parameters };
  });
}

function readChoice(choice, tools, model) {
  if (!choice || choice.type === "auto") return "auto";
  if (choice.type === "any") return "required";
  if (choice.type === "none") return "none";
  if (!tools.some(({ name }) => name === choice.name))
    throw badInput(model, "tool_choice names no given tool");
  return { name: choice.name };
}

function read(inputs, model) {
  if (!Array.isArray(inputs.messages) || inputs.messages.length === 0)
    throw badInput(model, "messages must be an array that isn't empty");
  if (!Number.isInteger(inputs.max_tokens) || inputs.max_tokens < 1)
    throw badInput(model, "max_tokens must be an integer of at least 1");
  const system = inputs.system === undefined ? [] : [{ role: "system", content: textOf(inputs.system) }];
  const tools = readTools(inputs.tools, model);
  return {
    messages: [
      ...system,
      ...inputs.messages.flatMap((message, index) => readMessage(message ?? {}, index, model)),
    ],
    images: inputs.messages.flatMap((message) =>
      [message?.content]
        .flat()
        .filter((block) => block?.type === "image")
        .map((block) => imageFromBlock(block.source, model)),
    ),
    tools,
    toolChoice: readChoice(inputs.tool_choice, tools, model),
    format: null,
    stream: inputs.stream === true,
    maxTokens: inputs.max_tokens,
    temperature: inputs.temperature,
    topP: inputs.top_p,
    topK: inputs.top_k,
    stop: readStop(inputs.stop_sequences),
    thinking: inputs.thinking?.type === "enabled",
  };
}

const usageOf = ({ promptTokens, completionTokens }) => ({
  input_tokens: promptTokens,
  output_tokens: completionTokens,
});

const head = ({ id, model }) => ({ id: `msg_${id}`, type: "message", role: "assistant", model: model.id });

function whole(answer, context) {
  const content = [
    ...(answer.reasoning ? [{ type: "thinking", thinking: answer.reasoning, signature: "" }] : []),
    ...(answer.text ? [{ type: "text", text: answer.text }] : []),
    ...answer.toolCalls.map(({ id, name, arguments: input }) => ({ type: "tool_use", id, name, input })),
  ];
  return {
    ...head(context),
    content,
    stop_reason: STOP_REASONS[answer.finishReason] ?? "end_turn",
    stop_sequence: null,
    usage: usageOf(answer.usage),
  };
}

const sent = (value) => event(value, value.type);

/** Encodes sequential blocks. A block is open while pieces of its kind arrive. */
async function* stream(pieces, context) {
  const empty = {
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  };
  yield sent({ type: "message_start", message: { ...head(context), ...empty } });
  let index = -1;
  let open = null;
  let finish = { finishReason: "stop", usage: { promptTokens: 0, completionTokens: 0 } };
  const close = function* () {
    if (open) yield sent({ type: "content_block_stop", index });
    open = null;
  };
  const begin = function* (kind, content_block) {
    yield* close();
    open = kind;
    index += 1;
    yield sent({ type: "content_block_start", index, content_block });
  };
  const delta = (value) => sent({ type: "content_block_delta", index, delta: value });
  for await (const piece of pieces) {
    if (piece.type === "text") {
      if (open !== "text") yield* begin("text", { type: "text", text: "" });
      yield delta({ type: "text_delta", text: piece.text });
    } else if (piece.type === "reasoning") {
      if (open !== "thinking") yield* begin("thinking", { type: "thinking", thinking: "" });
      yield delta({ type: "thinking_delta", thinking: piece.text });
    } else if (piece.type === "tool-call") {
      const { id, name } = piece;
      yield* begin("tool_use", { type: "tool_use", id, name, input: {} });
      yield delta({ type: "input_json_delta", partial_json: JSON.stringify(piece.arguments) });
    } else if (piece.type === "finish") finish = piece;
  }
  yield* close();
  const stop_reason = STOP_REASONS[finish.finishReason] ?? "end_turn";
  yield sent({
    type: "message_delta",
    delta: { stop_reason, stop_sequence: null },
    usage: usageOf(finish.usage),
  });
  yield sent({ type: "message_stop" });
}

export const messages = { read, whole, stream };
