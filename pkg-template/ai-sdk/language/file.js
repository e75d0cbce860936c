// Converts a file in a message to a part of the service's.

import { ownOf } from "../call.js";
import { UnsupportedFunctionalityError } from "../errors.js";

const FORMATS = { "audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3" };

/**
 * @param {object} part `{ data, mediaType, filename }`
 * @param {boolean} isOwn true for the service's own models
 */
export function filePart(part, isOwn) {
  const { data, mediaType, filename } = part;
  const [kind] = mediaType.split("/");
  if (data.type === "text") return { type: "text", text: data.text };
  if (data.type === "reference")
    throw unsupported("a reference to an uploaded file", "The service keeps no files: give the bytes.");
  if (kind === "image")
    return { type: "image_url", image_url: { url: imageOf(data, mediaType), ...ownOf(part) } };
  if (kind === "text") return { type: "text", text: textOf(data) };
  if (kind === "audio" && data.type === "data") {
    const format = FORMATS[mediaType] ?? mediaType.slice(kind.length + 1);
    return { type: "input_audio", input_audio: { data: data.data, format } };
  }
  if (isOwn)
    throw unsupported(
      `a file of type ${mediaType}`,
      `No model of the service reads ${mediaType}: turn the document into Markdown first, with toMarkdown of the client.`,
    );
  return { type: "file", file: { filename: filename ?? "file", file_data: addressOf(data, mediaType) } };
}

/** The client reads bytes, base64 and URLs, and detects the type if it is not declared. */
const imageOf = (data, mediaType) =>
  data.type === "data" && (typeof data.data !== "string" || !isFull(mediaType))
    ? data.data
    : addressOf(data, mediaType);

const isFull = (mediaType) => /^[^/*]+\/[^/*]+$/.test(mediaType);

function addressOf(data, mediaType) {
  if (data.type === "url") return String(data.url);
  return typeof data.data === "string" ? `data:${mediaType};base64,${data.data}` : data.data;
}

function textOf(data) {
  if (data.type === "url") throw unsupported("the address of a text", "Give the text itself.");
  const bytes =
    typeof data.data === "string"
      ? Uint8Array.from(atob(data.data), (char) => char.charCodeAt(0))
      : data.data;
  return new TextDecoder().decode(bytes);
}

const unsupported = (functionality, message) => new UnsupportedFunctionalityError({ functionality, message });
