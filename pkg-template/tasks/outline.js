// What the core is told of an input: short values as they are, others by what they are. See src/tasks/outline.rs.

import { isBlob, isBytes, isForm, isResponse, isStream, kindOf, refusal } from "../core.js";

/** Longer texts are only told of: this much is enough for every name, code and address that the core compares. */
const LONG_TEXT = 2048;
const HEAD = 128;
/** Longer lists of texts and numbers are only told of. */
const LONG_LIST = 64;
const MAX_DEPTH = 64;

/** The outline of an input, as JSON text. */
export function outlineOf(input) {
  return JSON.stringify(outline(input, 0));
}

function outline(value, depth) {
  switch (typeof value) {
    case "string":
      return value.length > LONG_TEXT
        ? { $: "text", length: value.length, head: value.slice(0, HEAD) }
        : value;
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : { $: String(value) };
    case "object":
      return value === null ? null : outlineOfObject(value, depth);
    case "undefined":
      return undefined;
  }
  return { $: kindOf(value) };
}

function outlineOfObject(value, depth) {
  if (depth > MAX_DEPTH) throw refusal("input", "The input is nested too deeply, or holds itself.");
  const media = mediaOf(value);
  if (media !== undefined) return media;
  if (isForm(value)) return { $: "form" };
  if (Array.isArray(value)) return outlineOfList(value, depth);
  if (typeof value.toJSON === "function") return outline(value.toJSON(), depth + 1);
  // A caller's own "$" is none of these signs.
  const entries = Object.entries(value).filter(([name]) => name !== "$");
  return Object.fromEntries(entries.map(([name, member]) => [name, outline(member, depth + 1)]));
}

function outlineOfList(list, depth) {
  if (list.length > LONG_LIST) {
    if (list.every((item) => typeof item === "string")) {
      return { $: "texts", length: list.length, empty: list.indexOf("") };
    }
    if (list.every((item) => typeof item === "number")) {
      const bytes = list.every((item) => item >= 0 && item <= 255 && Number.isInteger(item));
      return { $: "numbers", length: list.length, bytes };
    }
  }
  return list.map((item) => outline(item, depth + 1) ?? null);
}

/** Bytes in one of their forms, or undefined. */
function mediaOf(value) {
  if (isBytes(value)) return { $: "media", form: "bytes", length: value.byteLength };
  if (isBlob(value)) return { $: "media", form: "blob", length: value.size, type: value.type };
  if (isStream(value)) return { $: "media", form: "stream" };
  if (isResponse(value)) {
    const type = value.headers.get("content-type") ?? "";
    return { $: "media", form: "response", type, status: value.status };
  }
  return undefined;
}
