// A value of media alone is short for the field that it belongs in.

import { isBlob, isBytes, isResponse, isStream } from "../../core.js";

export function short(input, field) {
  const isMedia =
    typeof input === "string" ||
    Array.isArray(input) ||
    isBytes(input) ||
    isBlob(input) ||
    isStream(input) ||
    isResponse(input) ||
    // `{ body, contentType }`
    (typeof input === "object" && input !== null && input.body !== undefined && input[field] === undefined);
  return isMedia ? { [field]: input } : input;
}
