// A planned body with its media, as a call sends it: what `encode` of client/call.js gives.

import { refusal } from "../../core.js";
import { filled } from "../template.js";
import { bodyOf } from "./body.js";
import { inForm, JSONPiece, Streamed } from "./forms.js";

const JSON_TYPE = "application/json";

/**
 * @param {{ form: string, body: object }} plan
 * @param {unknown} input the caller's; copied before this returns, but for streams
 * @param {{ isBinding: boolean, signal: AbortSignal, rejectIfBusy: boolean, streams: boolean }} call
 * @param {number} [each] the item that it is for, where there are several
 * @returns {Promise<object>}
 */
export async function encodeMedia(plan, input, call, each) {
  const media = (value, form, type, field) => inForm(value, form, type, field, call);
  const body = await filled(plan.body, input, media, each);
  switch (plan.form) {
    case "raw":
      return rawInputs(body, call.streams);
    case "multipart":
      return formBody(body, call.isBinding);
  }
  return call.isBinding ? inputs(body) : jsonBody(body, call);
}

/** The body itself; what is beside it goes into the query. */
function rawInputs({ $body: { bytes, contentType }, ...others }, streams) {
  const query = Object.entries(others)
    .filter(([, other]) => other !== undefined && other !== null)
    .map(([name, other]) => [name, typeof other === "string" ? other : JSON.stringify(other)]);
  return told(bodyOf([bytes], streams), { contentType, query, replayable: true });
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

/** Adds what is said of a body, whose value may be made when it is looked at. */
const told = (body, about) => Object.defineProperties(body, Object.getOwnPropertyDescriptors(about));

/** A JSON body. */
function jsonBody(body, { rejectIfBusy, streams }) {
  const whole = rejectIfBusy ? { ...body, options: { ...body.options, rejectIfBusy: true } } : body;
  const pieces = [];
  // A string that stands where media belongs; in quotes nothing of the caller's can look like it by chance.
  const mark = `media ${Math.random()} ${Math.random()}`;
  const text = stringified(whole, (_key, value) => {
    if (!(value instanceof JSONPiece)) return value;
    pieces.push(value.content);
    return mark;
  });
  const about = { contentType: JSON_TYPE, query: [], replayable: true, text };
  if (pieces.length === 0) return { value: text, ...about };
  const texts = text.split(`"${mark}"`);
  const parts = texts.flatMap((part, at) => (at === 0 ? [part] : [pieces[at - 1], part]));
  return told(bodyOf(parts, streams), about);
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
