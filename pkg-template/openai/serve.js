// Serves OpenAI's HTTP API with a client: reads requests, calls the client's methods, and returns replies.
// The wasm plans the calls and encodes the replies.

import { asJSON, checkNames, isBytes, kindOf, reading, refusal } from "../core.js";
import { Exchange } from "../workers_ai_openai.js";
import { readBody } from "./body.js";
import { errorJSON, json, listOf, readAnswer, streamReply } from "./reply.js";

/** A host name that never exists: https://www.rfc-editor.org/rfc/rfc2606#section-2. */
const BASE_URL = "https://workers-ai.invalid/v1";
/** Default limit of a request's body, in bytes. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const OPTIONS = ["models", "maxBodyBytes", "options"];

/** See `serveOpenAI` in openai.d.ts. */
export function serveOpenAI(ai, options = {}) {
  if (typeof reading("ai", () => ai?.generateText) !== "function")
    throw refusal("ai", "serveOpenAI takes a client: serveOpenAI(new WorkersAI(…)).");
  const serving = { ai, ...settingsOf(options, "serveOpenAI") };
  const handler = (request) => respond(serving, request);
  return {
    apiKey: "-",
    baseURL: BASE_URL,
    // There is no key that a page could expose.
    dangerouslyAllowBrowser: true,
    async fetch(input, init) {
      const request = new Request(input, init);
      const response = await handler(request);
      // Like `fetch`.
      request.signal.throwIfAborted();
      return response;
    },
    handler,
  };
}

/**
 * Validates the options of `serveOpenAI`.
 *
 * @param {object} options
 * @param {string} what the function that the options are for
 * @param {string[]} [more] further names, which the caller validates
 */
export function settingsOf(options, what, more = []) {
  return reading("options", () => {
    checkNames(options, [...more, ...OPTIONS], what);
    const { models, maxBodyBytes = MAX_BODY_BYTES, options: ofCalls = {} } = options;
    if (models !== undefined && !isModels(models))
      throw refusal("models", "models must be an array of model ids, or an object of names and model ids.");
    if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes <= 0)
      throw refusal("maxBodyBytes", "maxBodyBytes must be a positive whole number.");
    if (typeof ofCalls !== "object" || ofCalls === null)
      throw refusal("options", `options must be an object of options of a call, not ${kindOf(ofCalls)}.`);
    return { models, maxBodyBytes, ofCalls };
  });
}

const isModels = (models) =>
  typeof models === "object" &&
  models !== null &&
  Object.values(models).every((model) => typeof model === "string");

async function respond(serving, request) {
  const { headers } = request;
  const facts = {
    method: request.method,
    path: new URL(request.url).pathname,
    anthropic: headers.has("anthropic-version"),
    // Both SDKs send the number of their attempts.
    retries: headers.has("x-stainless-retry-count"),
    models: serving.models,
  };
  let exchange;
  let isStream = false;
  try {
    exchange = new Exchange(json(facts));
    const { bytes, files } = await readBody(request, serving.maxBodyBytes);
    const plan = JSON.parse(exchange.plan(bytes), files.length > 0 ? fileIn(files) : undefined);
    if (plan.reply !== undefined) return reply(exchange, plan.reply);
    const value = await call(serving, plan, request.signal);
    if (plan.result === "stream") {
      isStream = true;
      return await streamReply(exchange, value, request.signal);
    }
    if (plan.result === "media") return value.response();
    // `run` returns a stream of a model that streams although no stream was requested.
    const streams = typeof value?.getReader === "function";
    if (streams) await readAnswer(exchange, value);
    return reply(exchange, exchange.answer(streams ? new Uint8Array(0) : jsonOf(value)));
  } catch (error) {
    return refuse(exchange, facts, error);
  } finally {
    if (!isStream) exchange?.free();
  }
}

/** The reply to a failure. After a failure of the wasm itself, the next instance encodes it. */
function refuse(exchange, facts, error) {
  try {
    return reply(exchange, exchange.refuse(errorJSON(error)));
  } catch {
    const next = new Exchange(json(facts));
    const response = reply(next, next.refuse(errorJSON(error)));
    next.free();
    return response;
  }
}

/** Makes the planned calls. Returns the result of a single call, or the list of several as JSON text. */
async function call({ ai, ofCalls }, { method, calls, result, options }, signal) {
  const owner = ownerOf(ai, method);
  const name = method.slice(method.lastIndexOf(".") + 1);
  const own = (...args) => owner[name](...args);
  const invoke = (result === "value" ? asJSON(ai, method) : undefined) ?? own;
  const values = await Promise.all(calls.map((args) => invoke(...args, { ...ofCalls, ...options, signal })));
  if (result === "pictures")
    return values.map((media) => ({ base64: media.base64(), mediaType: media.mediaType }));
  return values.length === 1 ? values[0] : listOf(values.map(jsonOf));
}

/** The JSON text of a result, as bytes. Some methods return it in this form. */
const jsonOf = (value) => (isBytes(value) ? value : json(value));

/** The object with a method: the client's `embeddings` for `embeddings.create`. */
const ownerOf = (ai, method) =>
  method
    .split(".")
    .slice(0, -1)
    .reduce((object, part) => object[part], ai);

/** A reviver that replaces the index of a file by the file. */
const fileIn = (files) => (_name, value) => (typeof value?.$file === "number" ? files[value.$file] : value);

const reply = (exchange, body) => new Response(body, JSON.parse(exchange.head()));
