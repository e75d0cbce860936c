// Constructors for the messages of a conversation.

import { checkReferences } from "./caller.js";
import { reading, refusal } from "./failure.js";
import { later } from "./later.js";
import { isBlob, isBytes, isStream, kindOf } from "./values.js";

/** Returns its argument: TypeScript infers the types of the arguments from the schema. */
export function tool(definition) {
  if (typeof definition !== "object" || definition === null)
    throw refusal(
      "definition",
      `tool takes the definition of a tool, { description, input, execute }, not ${kindOf(definition)}.`,
    );
  return definition;
}

export function system(content) {
  if (typeof content !== "string") throw refusal("content", `system takes a text, not ${kindOf(content)}.`);
  return { role: "system", content };
}

export function user(...content) {
  if (content.length === 0) throw refusal("content", "user needs a text, media or parts of a message.");
  const [first] = content;
  return {
    role: "user",
    content:
      content.length === 1 && typeof first === "string"
        ? first
        : reading("content", () => content.map(partOf)),
  };
}

export function toolResult(call, result) {
  const [id = call, name] = reading("call", () => [Object(call).id, Object(call).name]);
  if (typeof id !== "string" || id === "")
    throw refusal(
      "call",
      "toolResult needs the call that it answers, or its id, a string that is not empty.",
    );
  const content = reading("result", () => (isContent(result) ? result : jsonOf(result)));
  const message = { role: "tool", tool_call_id: id, content };
  return name === undefined ? message : { ...message, name };
}

export const trimMessages = (messages, model, options) =>
  later("objects", "trimMessages", [messages, model, options]);

/** JSON text; for an error, which JSON would write as `{}`, its message. */
function jsonOf(value) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  checkReferences(value, "result");
  try {
    return JSON.stringify(value) ?? "null";
  } catch (cause) {
    throw refusal("result", "The result of a tool must have a form in JSON (a cycle, or a BigInt?).", {
      cause,
    });
  }
}

const isPart = (value) =>
  typeof value?.type === "string" && /^(?:text|image_url|input_audio|file)$/.test(value.type);

const isContent = (value) =>
  typeof value === "string" || (Array.isArray(value) && value.length > 0 && value.every(isPart));

/** Converts a text or media in any form to a content part; returns a part unchanged. */
function partOf(value) {
  if (typeof value === "string") return { type: "text", text: value };
  if (isPart(value) && !isBlob(value)) return value;
  // Generated media: bytes and their type.
  const media =
    typeof value?.mediaType === "string" ? new Blob([value.bytes], { type: value.mediaType }) : value;
  const isNumbers = Array.isArray(media) && media.length > 0 && media.every(Number.isInteger);
  if (!(isBlob(media) || isBytes(media) || isStream(media) || isNumbers || media instanceof URL))
    throw refusal("content", `user takes texts, media and parts of a message, not ${kindOf(value)}.`);
  const type = isBlob(media) ? media.type : "";
  if (type.startsWith("audio/")) {
    // The service decides whether it accepts other formats.
    const format = /mpeg|mp3/.test(type)
      ? "mp3"
      : /wav/.test(type)
        ? "wav"
        : /^audio\/(?:x-)?(\w+)/.exec(type)?.[1];
    return { type: "input_audio", input_audio: { data: media, format } };
  }
  if (type === "" || type.startsWith("image/")) return { type: "image_url", image_url: { url: media } };
  return { type: "file", file: { file_data: media, ...(media.name && { filename: media.name }) } };
}
