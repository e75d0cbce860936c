// A planned body with its media, as a call sends it: what `encode` of client/call.js gives.

import { refusal } from "../../core.js";
import { filled } from "../template.js";
import { inForm, JSONPiece, Streamed } from "./forms.js";

const encoder = new TextEncoder();
const JSON_TYPE = "application/json";

/**
 * @param {{ form: string, body: object }} plan
 * @param {unknown} input the caller's; copied before this returns, but for streams
 * @param {{ isBinding: boolean, signal: AbortSignal, rejectIfBusy: boolean }} call
 * @param {number} [each] the item that it is for, where there are several
 * @returns {Promise<object>}
 */
export async function encodeMedia(plan, input, call, each) {
  const media = (value, form, type, field) => inForm(value, form, type, field, call);
  const body = await filled(plan.body, input, media, each);
  switch (plan.form) {
    case "raw":
      return rawBody(body);
    case "multipart":
      return formBody(body, call.isBinding);
  }
  return call.isBinding ? inputs(body) : jsonBody(body, call.rejectIfBusy);
}

/** The body itself; what is beside it goes into the query. */
function rawBody({ $body: { value, contentType }, ...others }) {
  const query = Object.entries(others)
    .filter(([, other]) => other !== undefined && other !== null)
    .map(([name, other]) => [name, typeof other === "string" ? other : JSON.stringify(other)]);
  return { value, contentType, query, replayable: true };
}

function formBody(body, isBinding) {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) {
    if (value instanceof Blob) form.append(name, value, fileName(name, value.type));
    else form.append(name, String(value));
  }
  return isBinding ? { form, replayable: true } : { value: form, query: [], replayable: true };
}

/** Some readers of forms want a name with an ending. */
const fileName = (name, type) => `${name}.${/^[a-z]+\/([a-z0-9]+)/i.exec(type)?.[1] ?? "bin"}`;

/** A JSON body: in one piece if it is small, else a blob of its pieces. */
function jsonBody(body, rejectIfBusy) {
  const whole = rejectIfBusy ? { ...body, options: { ...body.options, rejectIfBusy: true } } : body;
  const pieces = [];
  // A string that stands where media belongs; in quotes nothing of the caller's can look like it by chance.
  const mark = `media ${Math.random()} ${Math.random()}`;
  const text = stringified(whole, (_key, value) => {
    if (!(value instanceof JSONPiece)) return value;
    pieces.push(value.content);
    return mark;
  });
  const told = { contentType: JSON_TYPE, query: [], replayable: true, text };
  if (pieces.length === 0) return { value: text, ...told };
  const texts = text.split(`"${mark}"`);
  const parts = texts.flatMap((part, at) => (at === 0 ? [part] : [pieces[at - 1], part]));
  return { value: joined(parts), ...told };
}

function stringified(value, replace) {
  try {
    return JSON.stringify(value, replace);
  } catch (cause) {
    const error = refusal("input", "The input cannot be JSON (a cycle, or a BigInt?).");
    error.cause = cause;
    throw error;
  }
}

function joined(parts) {
  if (parts.some((part) => part instanceof Blob)) return new Blob(parts, { type: JSON_TYPE });
  const all = parts.map((part) => (typeof part === "string" ? encoder.encode(part) : part));
  const whole = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The binding's inputs. Streams are made anew for each attempt, where they can be. */
function inputs(body) {
  const streams = Object.entries(body).filter(([, value]) => value instanceof Streamed);
  if (streams.length === 0) return { inputs: body, replayable: true };
  return {
    get inputs() {
      const opened = streams.map(([name, { open, contentType }]) => [name, { body: open(), contentType }]);
      return { ...body, ...Object.fromEntries(opened) };
    },
    replayable: streams.every(([, { replayable }]) => replayable),
  };
}
