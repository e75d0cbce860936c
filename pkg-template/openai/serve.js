// OpenAI's HTTP interface over a client. What a request means, and what its reply is, the wasm says; here requests are read, the client's methods
// called, and replies handed over.

import { asJSON, checkNames, isBytes, kindOf, reading, refusal } from "../core.js";
import { Exchange } from "../workers_ai_openai.js";
import { readBody } from "./body.js";
import { errorJSON, json, listOf, readAnswer, streamReply } from "./reply.js";

/** No host has this name: https://www.rfc-editor.org/rfc/rfc2606#section-2. */
const BASE_URL = "https://workers-ai.invalid/v1";
/** Bytes of a request's body, unless the caller says otherwise. */
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
    // There is no key that a page could give away.
    dangerouslyAllowBrowser: true,
    async fetch(input, init) {
      const request = new Request(input, init);
      const response = await handler(request);
      // As every fetch does it.
      request.signal.throwIfAborted();
      return response;
    },
    handler,
  };
}

/**
 * The options of `serveOpenAI`, checked.
 *
 * @param {object} options
 * @param {string} what they are the options of
 * @param {string[]} [more] other names, which are the caller's to check
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
    // Both SDKs count their own attempts there.
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
    if (plan.gives === "stream") {
      isStream = true;
      return await streamReply(exchange, value, request.signal);
    }
    if (plan.gives === "media") return value.response();
    // Of a model that streams unasked `run` gives the bytes.
    const streams = typeof value?.getReader === "function";
    return reply(exchange, exchange.answer(streams ? await readAnswer(exchange, value) : jsonOf(value)));
  } catch (error) {
    return refuse(exchange, facts, error);
  } finally {
    if (!isStream) exchange?.free();
  }
}

/** The reply to a failure. Where the wasm itself has failed, its next instance says so. */
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

/** What the client gives: of one call its value, of several a list. */
async function call({ ai, ofCalls }, { method, calls, gives, options }, signal) {
  const owner = ownerOf(ai, method);
  const name = method.slice(method.lastIndexOf(".") + 1);
  const own = (...args) => owner[name](...args);
  const ask = (gives === "value" ? asJSON(ai, method) : undefined) ?? own;
  const values = await Promise.all(calls.map((args) => ask(...args, { ...ofCalls, ...options, signal })));
  if (gives === "pictures")
    return values.map((media) => ({ base64: media.base64(), mediaType: media.mediaType }));
  return values.length === 1 ? values[0] : listOf(values.map(jsonOf));
}

/** JSON text in bytes, of a client that gives an answer so, or of a value. */
const jsonOf = (value) => (isBytes(value) ? value : json(value));

/** Whose method it is: of `embeddings.create` the client's `embeddings`. */
const ownerOf = (ai, method) =>
  method
    .split(".")
    .slice(0, -1)
    .reduce((object, part) => object[part], ai);

/** A form's file where the wasm has its number. */
const fileIn = (files) => (_name, value) => (typeof value?.$file === "number" ? files[value.$file] : value);

const reply = (exchange, body) => new Response(body, JSON.parse(exchange.head()));
