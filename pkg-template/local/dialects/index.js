import { chat } from "./chat.js";
import { completion } from "./completion.js";
import { legacy } from "./legacy.js";
import { messages } from "./messages.js";
import { responses } from "./responses.js";

/** Dialects by the endpoint that the binding's call names. */
const ENDPOINTS = { "/v1/chat/completions": chat, "/v1/messages": messages, "/v1/responses": responses };
/** Anthropic's models stream their own events, independent of the request's format. */
const anthropic = { ...chat, stream: messages.stream };

function thirdParty({ options, inputs }, { id }) {
  const named = ENDPOINTS[options.openaiEndpoint];
  if (named) return named;
  // Over HTTP the dialect depends on the input only.
  if (inputs.messages === undefined && inputs.input !== undefined) return responses;
  return id.startsWith("anthropic/") && inputs.stream === true ? anthropic : chat;
}

/**
 * Chooses the dialect of a text-generation call. One model may speak two: gpt-oss answers `input` with a
 * Responses object and `messages` with a chat completion; some chat models answer `prompt` with a text
 * completion.
 */
export function dialectFor(call, model) {
  if (model.thirdParty && call.operation === "run") return thirdParty(call, model);
  if (call.operation === "chat") return chat;
  if (call.operation === "responses") return responses;
  if (call.operation === "messages") return messages;
  if (model.dialect === "legacy") return legacy;
  if (model.responses && call.inputs.input !== undefined) return responses;
  if (model.completions && call.inputs.messages === undefined && call.inputs.prompt !== undefined)
    return completion;
  return chat;
}
