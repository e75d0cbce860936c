// Walks over values that callers gave, for the wasm: a member costs nanoseconds here and a tenth of a microsecond there. Each walk is linear
// in the input: what was visited is not visited again.

import { refusal } from "./failure.js";
import { isBlob, isBytes, isResponse, isStream } from "./values.js";

/** Deeper nesting is refused: the service takes none of it, and the stack is finite. */
const MAX_DEPTH = 512;

/** A copy of arrays and plain objects, all the way down; anything else is what it is. */
export const copyOf = (value) => copied(value, new Map(), 0);

const OPEN = Symbol("open");

function copied(value, known, depth) {
  if (typeof value !== "object" || value === null) return value;
  const isList = Array.isArray(value);
  if (isList && typeof value[0] === "number") return value.slice();
  if (!isList && !isPlain(value)) return value;
  const before = known.get(value);
  if (before === OPEN) throw refusal("input", "The input holds itself.");
  if (before !== undefined) return before;
  if (depth > MAX_DEPTH) throw refusal("input", "The input is nested too deeply.");
  known.set(value, OPEN);
  const copy = isList
    ? value.map((item) => copied(item, known, depth + 1))
    : Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copied(item, known, depth + 1)]));
  known.set(value, copy);
  return copy;
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Members that models take in different forms, whatever is in them. */
const NAMES = /^(?:image(?:_url|_b64)?|mask|audio|input_image\w*|response_format|max_completion_tokens)$/;
/** `{ messages: [{ content: [{ image_url: { url } }] }] }` */
const MARK_DEPTH = 5;

/**
 * Has an input media in it, a member that not every model takes as it is, or is it for a model that takes a form where others take JSON? One
 * that is found to have some and has none is only slower.
 */
export const needsPreparing = (model, input) => /\/flux-2/.test(model) || isMarked(input, 0, new Set());

function isMarked(value, depth, known) {
  if (typeof value !== "object" || value === null || depth > MARK_DEPTH || known.has(value)) return false;
  if (isBytes(value) || isBlob(value) || isStream(value) || isResponse(value)) return true;
  known.add(value);
  if (Array.isArray(value)) {
    return typeof value[0] !== "number" && value.some((item) => isMarked(item, depth + 1, known));
  }
  return Object.entries(value).some(
    ([name, member]) =>
      NAMES.test(name) ||
      (name === "messages" && member?.some?.(isOdd)) ||
      (name === "tools" && member?.some?.((tool) => tool?.type === undefined)) ||
      (name === "tool_choice" && member === "any") ||
      isMarked(member, depth + 1, known),
  );
}

/** A role that every model knows. */
const ROLE = /^(?:system|user|assistant|tool)$/;

/** Has a message no content, or no usual role? Its sentence, or what is sent in its place, the module with the tasks knows. */
const isOdd = (message) =>
  !ROLE.test(message?.role) || (typeof message.content !== "string" && !Array.isArray(message.content));

/** Has an input something in it that can be read only once? */
export const isReadOnce = (input) => {
  let found = false;
  walk(input, (value) => {
    found ||= isStream(value) || isResponse(value);
    return !found;
  });
  return found;
};

/** Shorter strings are names and settings, which a message may repeat. */
const MIN_TEXT = 12;
/** A megabyte of base64 is nothing that a message quotes. */
const MAX_TEXT = 100_000;

/** The strings of an input, each on one line as messages are. */
export function textsOf(input) {
  const texts = [];
  walk(input, (value) => {
    if (typeof value !== "string") return true;
    const line = value
      .slice(0, MAX_TEXT)
      .replace(/[\0- \x7f-\xa0\u2028\u2029\u3000]+/g, " ")
      .trim();
    if (line.length >= MIN_TEXT) texts.push(line);
    return true;
  });
  return texts;
}

/** Encoded media is no text. */
const MEDIA = /^(?:data:|[A-Za-z0-9+/=_-]{1024})/;

/** `[characters of text, most tokens of the answer]`, the second NaN where the input does not say. */
export function measure(input) {
  let characters = 0;
  walk(input, (value) => {
    if (typeof value === "string" && !MEDIA.test(value)) characters += value.length;
    return true;
  });
  const most = input?.max_tokens ?? input?.max_completion_tokens ?? input?.max_output_tokens;
  return [characters, Number.isFinite(most) ? most : Number.NaN];
}

/** Visits the values of an input, each object once, as long as `visit` gives true. Numbers by the million are no text and no media. */
function walk(input, visit) {
  const known = new Set();
  const waiting = [input];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (!visit(value)) return;
    if (typeof value !== "object" || value === null || known.has(value) || ArrayBuffer.isView(value))
      continue;
    known.add(value);
    if (typeof value[0] === "number") continue;
    const members = typeof value.getAll === "function" ? [...value].flat() : Object.values(value);
    for (let at = members.length - 1; at >= 0; at--) waiting.push(members[at]);
  }
}

/** What is in a list: `[kind, place]`, see `list_kind` in src/js/package.rs. */
export function listKind(list) {
  if (list.every((item) => typeof item === "string")) return [1, list.indexOf("")];
  if (!list.every((item) => typeof item === "number")) return [0, -1];
  return [list.every((item) => item >= 0 && item <= 255 && Number.isInteger(item)) ? 3 : 2, -1];
}
