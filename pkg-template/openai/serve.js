// OpenAI's HTTP interface over a client. What a request means, and what its reply is, the wasm says; here requests are read, the client's methods
// called, and replies handed over.

import { refusal } from "../core.js";
import { Exchange } from "../workers_ai_openai.js";
import { readBody } from "./body.js";
import { errorJSON, json, told } from "./reply.js";

/** No host has this name: https://www.rfc-editor.org/rfc/rfc2606#section-2. */
const BASE_URL = "https://workers-ai.invalid/v1";
/** Bytes of a request's body, unless the caller says otherwise. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
const OPTIONS = ["models", "maxBodyBytes", "options"];

/** See `serveOpenAI` in openai.d.ts. */
export function serveOpenAI(ai, options = {}) {
  const serving = settingsOf(ai, options);
  const handler = (request) => respond(serving, request);
  return {
    apiKey: "-",
    baseURL: BASE_URL,
    // There is no key that a page could give away.
    dangerouslyAllowBrowser: true,
    fetch: (input, init) => handler(new Request(input, init)),
    handler,
  };
}

function settingsOf(ai, options) {
  if (typeof ai?.run !== "function")
    throw refusal("ai", "serveOpenAI takes a client: serveOpenAI(new WorkersAI(…)).");
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name))
      throw refusal(name, `${name} is no option of serveOpenAI: there are ${OPTIONS.join(", ")}.`);
  const { models, maxBodyBytes = MAX_BODY_BYTES, options: ofCalls } = options;
  return { ai, models, maxBodyBytes, ofCalls };
}

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
  const exchange = new Exchange(json(facts));
  let isStream = false;
  try {
    const { bytes, files } = await readBody(request, serving.maxBodyBytes);
    const plan = JSON.parse(exchange.plan(bytes), files.length > 0 ? fileIn(files) : undefined);
    if (plan.refused !== undefined) return reply(exchange, plan.refused);
    const { signal } = request;
    const call = () =>
      methodOf(serving.ai, plan.method)(...plan.arguments, { ...serving.ofCalls, ...plan.options, signal });
    const value = await call();
    if (plan.gives === "stream") {
      isStream = true;
      return await told(exchange, value.toReadableStream());
    }
    return reply(exchange, exchange.answer(json(value)));
  } catch (error) {
    return reply(exchange, exchange.refuse(errorJSON(error)));
  } finally {
    if (!isStream) exchange.free();
  }
}

/** A method of the client by its name, such as `embeddings.create`. */
function methodOf(ai, name) {
  const names = name.split(".");
  const last = names.pop();
  const owner = names.reduce((object, part) => object[part], ai);
  return (...args) => owner[last](...args);
}

/** A form's file where the wasm has its number. */
const fileIn = (files) => (_name, value) => (typeof value?.$file === "number" ? files[value.$file] : value);

const reply = (exchange, body) => new Response(body, JSON.parse(exchange.head()));
