// The chat-completions schema: `chat.completion`, streamed as `chat.completion.chunk`. On `/run` the stream
// ends with one extra chunk of the legacy dialect that carries the billed usage; on `/v1` it doesn't, and
// usage is sent only with `stream_options.include_usage`.

import { digest } from "../digest.js";
import { badInput } from "../errors.js";
import { DONE, event } from "../streams/sse.js";
import {
  checkContent,
  checkInputs,
  imagesOf,
  promptOrMessages,
  readCommon,
  readFormat,
  textOf,
  tokensIn,
} from "./input.js";
import { chatUsage } from "./usage.js";

const NO_USAGE = { promptTokens: 0, completionTokens: 0 };

function read(inputs, model, call) {
  checkInputs(inputs, model, call.operation);
  if (model.thirdParty && inputs.max_tokens !== undefined)
    throw badInput(model, "Unsupported parameter: 'max_tokens', use 'max_completion_tokens' instead");
  if (model.thirdParty && inputs.messages === undefined) throw badInput(model, "messages is required");
  const messages = promptOrMessages(inputs, model).map((message, index) => {
    if (typeof message?.role !== "string") throw badInput(model, `messages[${index}].role is missing`);
    checkContent(message, index, model);
    refuseUnsigned(message, index, model);
    return {
      role: message.role,
      content: textOf(message.content),
      toolCalls: message.tool_calls,
      toolCallId: message.tool_call_id,
    };
  });
  return {
    messages,
    images: (inputs.messages ?? []).flatMap((message) => imagesOf(message.content, model)),
    ...readCommon(inputs, model, { flatAllowed: false }),
    format: readFormat(inputs.response_format),
    maxTokens:
      tokensIn(inputs, "max_completion_tokens", model) ?? tokensIn(inputs, "max_tokens", model) ?? Infinity,
    thinking: Boolean(model.reasoning) && (model.facts?.has("thinking-stays") || !isThinkingOff(inputs)),
    answerAsReasoning: Boolean(model.facts?.has("answer-as-reasoning")) && isThinkingOff(inputs),
  };
}

const isThinkingOff = (inputs) =>
  inputs.chat_template_kwargs?.enable_thinking === false || inputs.reasoning_effort === "none";

/** Gemini signs its reasoning after a call, and requires the signature back. */
const signs = ({ thirdParty, id }) => thirdParty && id.startsWith("google/");
const signed = (model, { id }) =>
  signs(model) ? { extra_content: { google: { thought_signature: digest(`signature ${id}`) } } } : {};

function refuseUnsigned({ tool_calls }, index, model) {
  if (
    signs(model) &&
    tool_calls?.some((call) => call?.extra_content?.google?.thought_signature === undefined)
  )
    throw badInput(model, `messages[${index}]: a function call is missing its thought_signature`);
}

const toolCall = (call, model) => ({
  id: call.id,
  type: "function",
  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
  ...signed(model, call),
});

const identity = ({ id, created, model }, object) => ({
  id: `chatcmpl-${id}`,
  object,
  created,
  model: model.id + (model.facts?.get("model-suffix")?.suffix ?? ""),
});

function whole(answer, context) {
  const { model } = context;
  const calls = answer.toolCalls.map((call) => toolCall(call, model));
  const message = {
    role: "assistant",
    content: answer.text === "" ? null : answer.text,
    refusal: null,
    ...(model.reasoning ? { [model.reasoning]: answer.reasoning || null } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...identity(context, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: answer.finishReason }],
    usage: chatUsage(answer.usage),
  };
}

async function* stream(pieces, context) {
  const { model, operation, inputs, neurons, request } = context;
  // The final usage chunk in the legacy dialect is sent on `/run` only, by models of the service.
  const isPlain = operation === "chat" || model.thirdParty;
  const head = identity(context, "chat.completion.chunk");
  const chunk = (delta, more) =>
    event({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: null }], ...more });
  let index = 0;
  let finish = { finishReason: "stop", usage: NO_USAGE };

  yield chunk({ role: "assistant", content: "" });
  for await (const piece of pieces) {
    if (piece.type === "text" && !request.answerAsReasoning) yield chunk({ content: piece.text });
    else if (piece.type === "text") yield chunk({ [model.reasoning]: piece.text, content: null });
    else if (piece.type === "reasoning" && model.reasoning)
      yield chunk({ [model.reasoning]: piece.text, content: null });
    else if (piece.type === "tool-call") yield* toolCallChunks(piece, index++, chunk, model);
    else if (piece.type === "finish") finish = piece;
  }
  yield event({
    ...head,
    choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: finish.finishReason }],
  });

  const usage = chatUsage(finish.usage);
  if (isPlain) {
    if (inputs.stream_options?.include_usage) yield event({ ...head, choices: [], usage });
  } else {
    yield event({ ...head, choices: [], usage: model.emptyChunkUsage ? chatUsage(NO_USAGE) : usage });
    yield event({ response: "", usage: { ...usage, neurons: neurons(finish.usage) } });
  }
  yield DONE;
}

/** The call's start with its id and name, then its arguments in fragments. */
function* toolCallChunks(call, index, chunk, model) {
  const begun = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
  yield chunk({ content: null, tool_calls: [{ ...begun, ...signed(model, call) }] });
  const text = JSON.stringify(call.arguments);
  const size = Math.max(1, Math.ceil(text.length / 3));
  for (let at = 0; at < text.length; at += size) {
    yield chunk({ tool_calls: [{ index, function: { arguments: text.slice(at, at + size) } }] });
  }
}

export const chat = { read, whole, stream };
