import { chat } from "./chat.js";
import { completion } from "./completion.js";
import { legacy } from "./legacy.js";
import { messages } from "./messages.js";
import { responses } from "./responses.js";

/**
 * Chooses the dialect of a text-generation call. One model may speak two: gpt-oss answers `input` with a Responses object and
 * `messages` with a chat completion; some chat models answer `prompt` with a text completion.
 */
export function dialectFor(call, model) {
  if (call.operation === "chat") return chat;
  if (call.operation === "responses") return responses;
  if (call.operation === "messages") return messages;
  if (model.dialect === "legacy") return legacy;
  if (model.responses && call.inputs.input !== undefined) return responses;
  if (model.completions && call.inputs.messages === undefined && call.inputs.prompt !== undefined)
    return completion;
  return chat;
}
