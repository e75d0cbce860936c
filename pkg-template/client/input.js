// The caller's input on its way out: the body of an HTTP request, or the inputs of the binding. The caller's own objects are never
// changed, and what the caller does to them later has no effect.

import { refusal } from "./core.js";
import { isBlob, isBytes, isForm, isStream, kindOf } from "./values.js";

const notAnInput = (input) =>
  refusal(
    "input",
    `The input must be an object with the model's inputs, bytes, or a form, not ${kindOf(input)}.`,
  );

const isPlain = (input) => typeof input === "object" && input !== null && !Array.isArray(input);

/** Encodes an input for HTTP: `{ value, contentType?, query, replayable, text? }`. */
export function encodeForHttp(input, model, rejectIfBusy) {
  const body = asRaw(input) ?? (isPlain(input) ? soleMedia(input, model) : undefined);
  if (body !== undefined) {
    if (rejectIfBusy) throw refusal("rejectIfBusy", "rejectIfBusy needs a JSON input.");
    return body;
  }
  if (!isPlain(input)) throw notAnInput(input);
  const value = rejectIfBusy ? { ...input, options: { ...input.options, rejectIfBusy: true } } : input;
  const text = toJSON(value);
  return { value: text, contentType: "application/json", query: [], replayable: true, text };
}

/** Checks an input for the binding and copies it: `{ inputs, replayable }`. */
export function encodeForBinding(input) {
  if (isForm(input)) return { form: input, replayable: true };
  if (asRaw(input) !== undefined) {
    throw refusal(
      "input",
      'The binding takes raw bytes as a named input: { audio: { body: stream, contentType: "audio/mpeg" } }.',
    );
  }
  if (!isPlain(input)) throw notAnInput(input);
  const replayable = !Object.values(input).some((value) => isStream(value?.body));
  return { inputs: copyOf(input, 0), replayable };
}

/** A copy of arrays and plain objects, all the way down; anything else is what it is. */
function copyOf(value, depth) {
  if (typeof value !== "object" || value === null || depth > 64) return value;
  const copy = (member) => copyOf(member, depth + 1);
  if (Array.isArray(value)) return typeof value[0] === "number" ? value.slice() : value.map(copy);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copy(member)]));
}

/** A form as the binding wants it: the bytes, and a type that names the boundary. */
export function formForBinding(form) {
  const response = new Response(form);
  // The type first: Bun forgets it once the body has been asked for.
  const contentType = response.headers.get("content-type");
  return { multipart: { body: response.body, contentType } };
}

/** Bytes, a blob, a stream or a form as a body of its own. */
function asRaw(value, contentType) {
  if (typeof value !== "object" || value === null) return undefined;
  const typed = (type) => ({
    value,
    contentType: type || "application/octet-stream",
    query: [],
    replayable: true,
  });
  if (isBytes(value)) return typed(contentType);
  if (isBlob(value)) return typed(contentType ?? value.type);
  // The platform writes the boundary into the type.
  if (isForm(value)) return { value, query: [], replayable: true };
  return isStream(value) ? { ...typed(contentType), replayable: false } : undefined;
}

/** The one top-level input of the form `{ body, contentType }` whose body is raw. */
function soleMedia(input, model) {
  let found;
  for (const [name, value] of Object.entries(input)) {
    const body = asRaw(value?.body, value?.contentType);
    if (body === undefined) continue;
    if (found !== undefined) throw refusal(name, "Only one input can be a raw body.");
    found = { name, body };
  }
  if (found === undefined) return undefined;
  found.body.query = beside(input, found.name, model);
  return found.body;
}

/** The inputs beside a raw body. Only nova-3 reads any, from the query. */
function beside(input, media, model) {
  const others = Object.entries(input).filter(
    ([name, value]) => name !== media && value !== undefined && value !== null,
  );
  return others.map(([name, value]) => {
    if (!/\/nova-3/i.test(model)) {
      throw refusal(name, `${name} cannot go beside a raw body: send the media as base64 or numbers.`);
    }
    return [name, typeof value === "string" ? value : toJSON(value)];
  });
}

function toJSON(value) {
  let text;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    const error = refusal("input", "The input cannot be JSON (a cycle, or a BigInt?).");
    error.cause = cause;
    throw error;
  }
  if (text === undefined) throw refusal("input", "The input has no JSON form.");
  return text;
}
