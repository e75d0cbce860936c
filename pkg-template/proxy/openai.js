// The APIs of OpenAI and Anthropic, implemented by `workers-ai-wasm/openai` with a client whose requests are
// routed back here. So each of its requests is checked, passed to `transform` and forwarded like a page's
// own, over either upstream.

import { failure as clientFailure } from "../core.js";
import { isOffered } from "./allow.js";
import { Refusal, refused } from "./refusal.js";
import { find } from "./route.js";

/** A reserved name that never resolves: https://www.rfc-editor.org/rfc/rfc2606#section-2. */
const BASE_URL = "https://proxy.invalid/ai/";
/** The client's header with the number of its request's exchange. */
const EXCHANGE = "x-proxy-exchange";
/** Headers of the service's reply that describe its body, not the one that is made from it. */
const OF_ITS_BODY = /^(?:content-|retry-after)/;

/** By number: `{ page, send, replies, settings }`, until its reply's head is sent. */
const exchanges = new Map();
let lastExchange = 0;

/** The module, and the client for all exchanges. */
let loading;

/**
 * @param {Request} page the page's request
 * @param {(request: object, route: object) => Promise<Response>} send forwards a request
 */
export async function answerOpenAI(page, send, settings) {
  const { ai, serveOpenAI } = await (loading ??= load());
  const number = String(++lastExchange);
  const replies = [];
  exchanges.set(number, { page, send, replies, settings });
  try {
    const { handler } = serveOpenAI(offering(ai, settings), {
      maxBodyBytes: settings.maxBodyBytes,
      // The SDK in the page retries by itself.
      options: { headers: { [EXCHANGE]: number }, maxRetries: 0 },
    });
    return withHeadersOf(replies, await handler(page));
  } finally {
    exchanges.delete(number);
  }
}

async function load() {
  try {
    // By their public names: the file differs by runtime.
    const [{ WorkersAI }, { serveOpenAI }] = await Promise.all([
      import("workers-ai-wasm"),
      import("workers-ai-wasm/openai"),
    ]);
    // The page and the service have their own timeouts.
    const timeout = { total: 0, firstByte: 0, idle: 0 };
    return { ai: new WorkersAI({ baseURL: BASE_URL, fetch: passOn, timeout }), serveOpenAI };
  } catch (error) {
    loading = undefined;
    throw error;
  }
}

/** The client's `fetch`. */
async function passOn(url, init) {
  const headers = new Headers(init.headers);
  const { page, send, replies, settings } = exchanges.get(headers.get(EXCHANGE));
  try {
    const { below, search, body } = asRun(url, init.body);
    const route = find(below, false, init.method);
    if (route === undefined) throw new Refusal(404, "The proxy does not offer this.");
    const request = {
      url: `${BASE_URL}${below}${search}`,
      method: init.method,
      ...withBody(headersFor(page, headers, settings), body),
      signal: init.signal,
    };
    const reply = await send(request, { below, ...route, websocket: false });
    replies.push(reply);
    return reply;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    return refused(error, page, settings);
  }
}

/**
 * Converts requests to OpenAI's endpoints to runs of the model: one shape for `transform`, and for both
 * upstreams.
 */
function asRun(url, body) {
  const { pathname, search } = new URL(url);
  const below = decodeURIComponent(pathname.slice(new URL(BASE_URL).pathname.length));
  if (below !== "v1/embeddings" && below !== "v1/responses") return { below, search, body };
  const { model, ...others } = JSON.parse(body);
  const { input, ...more } = others;
  const inputs = below === "v1/embeddings" && model.startsWith("@") ? { text: input, ...more } : others;
  return { below: `run/${model}`, search, body: JSON.stringify(inputs) };
}

/** The forwarded headers of the page, and the client's own. */
function headersFor(page, own, { forwarded }) {
  const headers = new Headers(own);
  headers.delete(EXCHANGE);
  for (const name of forwarded) {
    const value = page.headers.get(name);
    if (value !== null && !headers.has(name)) headers.set(name, value);
  }
  return headers;
}

function withBody(headers, body) {
  if (body === undefined || body === null) return { headers, body: null };
  const holder = new Response(body);
  // A form's content type contains its boundary.
  if (!headers.has("content-type")) headers.set("content-type", holder.headers.get("content-type") ?? "");
  return { headers, body: holder.body };
}

/** The client, with a catalogue that contains only the allowed models. */
function offering(ai, settings) {
  const models = {
    list: async (...rest) => (await ai.models.list(...rest)).filter(({ name }) => isOffered(name, settings)),
    get: async (id, ...rest) => {
      if (isOffered(id, settings)) return ai.models.get(id, ...rest);
      throw clientFailure("MODEL_NOT_FOUND", "The proxy does not offer this model.", { field: "model" });
    },
  };
  const get = (target, name) => {
    if (name === "models") return models;
    const value = target[name];
    return typeof value === "function" ? value.bind(target) : value;
  };
  return new Proxy(ai, { get });
}

/** Adds headers of the service's reply. With several replies no header applies to all, so none is added. */
function withHeadersOf(replies, response) {
  const headers = new Headers(response.headers);
  if (replies.length === 1) {
    for (const [name, value] of replies[0].headers) {
      if (!headers.has(name) && !OF_ITS_BODY.test(name)) headers.set(name, value);
    }
  }
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  headers.set("x-content-type-options", "nosniff");
  return new Response(response.body, { status: response.status, headers });
}
