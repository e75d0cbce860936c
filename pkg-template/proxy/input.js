// Normalizes the inputs of a request to one object, from any form: a JSON body, a form, raw media with
// parameters in the query, the query of a WebSocket. `transform` receives that object, and the request to the
// service is built from it alone.

import { checkModel } from "./allow.js";
import { readBody } from "./body.js";
import { inputsIn, isInputs, parseInputs } from "./json.js";
import { Refusal } from "./refusal.js";
import { checkedModel } from "./route.js";
import { untilAborted } from "./until-aborted.js";

/** Members that are not inputs, which pages may not set. */
const NOT_INPUTS = ["options", "gateway"];
/** Members of a batch, or of a poll for one. */
const OF_BATCHES = ["requests", "request_id", "queueRequest"];
/** The input name for a raw media body, by task. */
const MEDIA_INPUTS = {
  "Automatic Speech Recognition": "audio",
  "Voice Activity Detection": "audio",
  "Image Classification": "image",
  "Object Detection": "image",
  "Image-to-Text": "image",
};
/** Tasks whose models accept forms; models that the catalogue does not contain may accept them. */
const FORM_TASKS = new Set(["Text-to-Image", "Image-to-Image", undefined]);

/**
 * @returns {Promise<{ search?: string, input?: object, form?: FormData, media?: { name: string, bytes:
 *   Uint8Array, contentType: string }, parameters?: object, queued?: boolean }>} one of `input` (JSON),
 *   `form`, `media` with `parameters`, and for a WebSocket `parameters` alone; for endpoints without inputs
 *   the query as `search`
 */
export async function inputOf(request, route, settings) {
  const { search, searchParams: query } = new URL(request.url);
  const queued = query.get("queueRequest") === "true";
  query.delete("queueRequest");
  if (route.websocket)
    return { parameters: await transformed(allowed(named(query), settings), route, settings) };
  if (route.method === "GET") return { search };
  const contentType = request.headers.get("content-type") ?? "";
  const bytes = await readBody(request, settings.maxBodyBytes);
  if (takesForm(route) && /^multipart\/form-data\b/i.test(contentType)) {
    const fields = named(await formOf(bytes, contentType));
    return { form: toForm(await transformed(allowed(fields, settings), route, settings)) };
  }
  if (route.endpoint === "tomarkdown" || isAssets(route)) throw new Refusal(415, "The body must be a form.");
  const isJSON = /^application\/json\b/i.test(contentType);
  const parsed = isJSON ? parseInputs(bytes) : inputsIn(bytes);
  if (parsed !== undefined) {
    checkInnerModel(parsed.model, route, settings);
    return { input: await jsonInput(allowed(parsed, settings), route, settings), queued };
  }
  const name = mediaInput(route, contentType);
  if (name === undefined) throw new Refusal(415, "The body must be JSON.");
  const inputs = { ...allowed(named(query), settings), [name]: bytes };
  const { [name]: media, ...parameters } = await transformed(inputs, route, settings);
  if (!(media instanceof Uint8Array)) return { input: { ...parameters, [name]: media } };
  return { media: { name, bytes: media, contentType }, parameters };
}

const isAssets = ({ endpoint, below }) => endpoint === "finetunes" && below !== "finetunes";

function takesForm(route) {
  if (route.endpoint === "run") return FORM_TASKS.has(route.task) || MEDIA_INPUTS[route.task] !== undefined;
  return route.endpoint === "tomarkdown" || isAssets(route);
}

/**
 * The input name for a raw body; undefined if the model accepts no media. For models that the catalogue does
 * not contain, the content type decides.
 */
function mediaInput({ endpoint, task }, contentType) {
  if (endpoint !== "run" || /^(?:multipart|text)\/|\bjson\b|x-www-form-urlencoded/i.test(contentType))
    return undefined;
  return task === undefined ? /^(audio|image)\//i.exec(contentType)?.[1].toLowerCase() : MEDIA_INPUTS[task];
}

/**
 * A model in the body must be allowed like one in the URL. Some models have an inner model name in this
 * member.
 */
function checkInnerModel(model, { endpoint, model: requested }, settings) {
  const isInner = endpoint === "run" && (model === undefined || requested.endsWith(`/${model}`));
  if (endpoint === "run" && !isInner && model !== requested && model !== null)
    checkModel(checkedModel(model), settings);
}

/** Rejects members that no input may have. */
function allowed(input, { batch }) {
  if (!batch && OF_BATCHES.some((name) => Object.hasOwn(input, name))) {
    throw new Refusal(403, "The proxy takes no batches.");
  }
  return Object.fromEntries(Object.entries(input).filter(([name]) => !NOT_INPUTS.includes(name)));
}

/** In a batch each request is an input; a poll for one has none. */
async function jsonInput(input, route, settings) {
  const { requests, request_id } = input;
  if (!settings.batch || (requests === undefined && request_id === undefined))
    return transformed(input, route, settings);
  if (typeof request_id === "string") return { request_id };
  if (!Array.isArray(requests) || !requests.every(isInputs))
    throw new Refusal(400, "requests must be an array of objects.");
  const inputs = [];
  for (const each of requests) {
    const inner = allowed(each, { batch: false });
    inputs.push(await transformed(inner, route, settings));
  }
  return { requests: inputs };
}

async function transformed(input, route, { transform }) {
  if (transform === undefined) return input;
  const { context, request, ...facts } = route;
  const changed = await untilAborted(request, transform(input, facts, ...context));
  if (changed === undefined) return limited(input);
  if (!isInputs(changed))
    throw new TypeError(
      "transform must give an object of inputs, or undefined where it changed the one that it got.",
    );
  return limited(changed);
}

/** Synonyms of one limit, each supported by some models. */
const LIMITS = [
  ["max_tokens", "max_completion_tokens", "max_output_tokens"],
  ["steps", "num_steps"],
];

/** A number, or one in a text as in a query; NaN for other values, which the service rejects. */
const numberOf = (value) =>
  typeof value === "number" || (typeof value === "string" && value.trim() !== "")
    ? Number(value)
    : Number.NaN;

/**
 * Sets each of a limit's names that are present to the smallest value of all, so that a cap set by
 * `transform` cannot be exceeded under another name.
 */
function limited(input) {
  const changed = { ...input };
  for (const names of LIMITS) {
    const there = names.filter((name) => Number.isFinite(numberOf(input[name])));
    const least = Math.min(...there.map((name) => numberOf(input[name])));
    if (there.length > 1) for (const name of there) changed[name] = least;
  }
  return changed;
}

async function formOf(bytes, contentType) {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    throw new Refusal(400, "The form cannot be read.");
  }
}

/** Fields of a query or a form as inputs; repeated ones become an array. */
function named(fields) {
  const entry = (name) => {
    const values = fields.getAll(name).map((value) => readValue(name, value));
    return [name, values.length === 1 ? values[0] : values];
  };
  return Object.fromEntries([...new Set(fields.keys())].map(entry));
}

/** Queries and forms contain only texts and files: converts numbers and booleans. A prompt stays a text. */
function readValue(name, value) {
  const isValue =
    typeof value === "string" &&
    name !== "prompt" &&
    /^(?:true|false|-?\d{1,15}(?:\.\d{1,15})?)$/.test(value);
  return isValue && !/^-?0\d/.test(value) ? JSON.parse(value) : value;
}

function toForm(fields) {
  const form = new FormData();
  for (const [name, value] of flat(fields)) {
    if (value instanceof Blob) form.append(name, value, value.name);
    else if (ArrayBuffer.isView(value)) form.append(name, new Blob([value]), name);
    else form.append(name, value);
  }
  return form;
}

/** The query string of parameters. */
export function searchOf(parameters, queued) {
  const search = new URLSearchParams([
    ...flat(parameters ?? {}),
    ...(queued ? [["queueRequest", "true"]] : []),
  ]);
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}

/** Pairs of names and texts or files. Values such as NaN (`Math.min(undefined, 1)`) are omitted. */
function flat(inputs) {
  const pairs = Object.entries(inputs).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((each) => [name, each]) : [[name, value]],
  );
  const kept = pairs.filter(([, value]) => value !== undefined && value !== null && !Number.isNaN(value));
  return kept.map(([name, value]) => {
    const isFile = value instanceof Blob || ArrayBuffer.isView(value);
    return [name, isFile ? value : typeof value === "object" ? JSON.stringify(value) : String(value)];
  });
}

/** A form's bytes, and the content type with their boundary. */
export async function formBytes(form) {
  const response = new Response(form);
  // Read before the body: Bun drops it afterwards.
  const contentType = response.headers.get("content-type");
  return { bytes: new Uint8Array(await response.arrayBuffer()), contentType };
}
