// Messages of a conversation, written down shortly.

import { later } from "./later.js";
import { isBlob } from "./values.js";

/** Nothing but what it is given: TypeScript learns the types of the arguments from the schema. */
export const tool = (definition) => definition;

export const system = (content) => ({ role: "system", content });

export function user(...content) {
  const [first] = content;
  return {
    role: "user",
    content: content.length === 1 && typeof first === "string" ? first : content.map(partOf),
  };
}

export function toolResult(call, result) {
  const { id = call, name } = Object(call);
  const message = { role: "tool", tool_call_id: id, content: isContent(result) ? result : jsonOf(result) };
  return name === undefined ? message : { ...message, name };
}

export const trimMessages = (messages, model, options) =>
  later("objects", "trimMessages", [messages, model, options]);

const jsonOf = (value) => JSON.stringify(value) ?? "null";

const isPart = (value) =>
  typeof value?.type === "string" && /^(?:text|image_url|input_audio|file)$/.test(value.type);

const isContent = (value) =>
  typeof value === "string" || (Array.isArray(value) && value.length > 0 && value.every(isPart));

/** A text, media in any form, or a part that is one already. */
function partOf(value) {
  if (typeof value === "string") return { type: "text", text: value };
  if (isPart(value) && !isBlob(value)) return value;
  // What a model has made: bytes and their type.
  const media =
    typeof value?.mediaType === "string" ? new Blob([value.bytes], { type: value.mediaType }) : value;
  const type = isBlob(media) ? media.type : "";
  if (type.startsWith("audio/")) {
    const format = /mpeg|mp3/.test(type) ? "mp3" : "wav";
    return { type: "input_audio", input_audio: { data: media, format } };
  }
  if (type === "" || type.startsWith("image/")) return { type: "image_url", image_url: { url: media } };
  return { type: "file", file: { file_data: media, ...(media.name && { filename: media.name }) } };
}
