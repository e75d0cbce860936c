// The older schema: `{ response, tool_calls?, usage }`, streamed as `{ response, p }` chunks without a
// finish reason.

import { badInput, ServiceError } from "../errors.js";
import { decodedImage, readMedia } from "../inputs/media.js";
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
import { parseObject } from "./object-answer.js";
import { chatUsage } from "./usage.js";

/** The schema's default; it truncates answers, without a finish reason. */
const DEFAULT_MAX_TOKENS = 256;
const LONGEST_PADDING = 36;
const PADDING_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Images inside messages, and the one beside them that the oldest vision model takes. */
function readImages(call, inputs, model) {
  const beside = readMedia(call, model, "image", { forms: ["numbers", "binaryString"], required: false });
  const inside = (inputs.messages ?? []).flatMap(({ content }) => imagesOf(content, model));
  return [...(beside ? [decodedImage(beside)] : []), ...inside];
}

function read(inputs, model, call) {
  checkInputs(inputs, model, call.operation);
  const messages = promptOrMessages(inputs, model).map((message, index) => {
    if (typeof message?.role !== "string")
      throw badInput(model, `required properties at '/messages/${index}' are 'role,content'`);
    checkContent(message, index, model);
    return { role: message.role, content: textOf(message.content) };
  });
  const common = readCommon(inputs, model, { flatAllowed: true });
  const format =
    readFormat(inputs.response_format) ?? (inputs.guided_json ? { schema: inputs.guided_json } : null);
  if (format && inputs.stream)
    throw new ServiceError(5006, "Bad input: Error: JSON Mode is not supported with stream");
  const maxTokens = tokensIn(inputs, "max_tokens", model) ?? DEFAULT_MAX_TOKENS;
  return { messages, images: readImages(call, inputs, model), ...common, format, maxTokens, thinking: false };
}

const toolCall = (call, index, model) =>
  model.nestedTools
    ? { id: call.id, type: "function", index, function: { name: call.name, arguments: call.arguments } }
    : { name: call.name, arguments: call.arguments };

function whole(answer, { model, request }) {
  const calls = answer.toolCalls.map((call, index) => toolCall(call, index, model));
  return {
    response: request.format ? parseObject(answer.text) : calls.length > 0 ? null : answer.text,
    ...(request.tools.length > 0 || calls.length > 0 ? { tool_calls: calls } : {}),
    usage: chatUsage(answer.usage),
  };
}

async function* stream(pieces, { model, neurons, random }) {
  let index = 0;
  let usage;
  for await (const piece of pieces) {
    if (piece.type === "text") yield event({ response: piece.text, p: padding(random) });
    else if (piece.type === "tool-call")
      yield event({ response: "", tool_calls: [toolCall(piece, index++, model)], p: padding(random) });
    else if (piece.type === "finish") usage = piece.usage;
  }
  yield event({ response: "", usage: { ...chatUsage(usage), neurons: neurons(usage) }, p: padding(random) });
  yield DONE;
}

/** Text of random length that hides the length of a token on the wire; clients drop it. */
function padding(random) {
  const length = 1 + Math.floor(random() * LONGEST_PADDING);
  return PADDING_LETTERS.slice(0, length).padEnd(length, "a");
}

export const legacy = { read, whole, stream };
