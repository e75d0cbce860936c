// OpenAI's interfaces, and Anthropic's: `workers-ai-wasm/openai` answers, over a client whose requests come back here. So whatever it asks of the
// service is checked, seen by `transform` and sent on as a page's own requests are, over either upstream.

import { failure as clientFailure } from "../core.js";
import { isOffered } from "./allow.js";
import { Refusal, refused } from "./refusal.js";
import { find } from "./route.js";

/** No host has this name: https://www.rfc-editor.org/rfc/rfc2606#section-2. */
const BASE_URL = "https://proxy.invalid/ai/";
/** The client's header with the number of the exchange that its request belongs to. */
const EXCHANGE = "x-proxy-exchange";
/** Headers of a reply of the service's that say nothing of what is made of it. */
const OF_ITS_BODY = /^(?:content-|retry-after)/;

/** By its number: `{ page, send, replies, settings }`, as long as its reply has no head. */
const exchanges = new Map();
let lastExchange = 0;

/** The module, and the client for all exchanges. */
let loading;

/**
 * @param {Request} page the page's request
 * @param {(request: object, route: object) => Promise<Response>} send passes a request on
 */
export async function answerOpenAI(page, send, settings) {
  const { ai, serveOpenAI } = await (loading ??= load());
  const number = String(++lastExchange);
  const replies = [];
  exchanges.set(number, { page, send, replies, settings });
  try {
    const { handler } = serveOpenAI(offering(ai, settings), {
      maxBodyBytes: settings.maxBodyBytes,
      // Whoever asks the proxy asks again by himself.
      options: { headers: { [EXCHANGE]: number }, maxRetries: 0 },
    });
    return withHeadersOf(replies, await handler(page));
  } finally {
    exchanges.delete(number);
  }
}

async function load() {
  try {
    // By their names: which file they are differs by runtime.
    const [{ WorkersAI }, { serveOpenAI }] = await Promise.all([
      import("workers-ai-wasm"),
      import("workers-ai-wasm/openai"),
    ]);
    // The page and the service have their own limits of time.
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

/** What the client asks of OpenAI's endpoints is asked of the model itself: one shape for `transform`, and for both upstreams. */
function asRun(url, body) {
  const { pathname, search } = new URL(url);
  const below = decodeURIComponent(pathname.slice(new URL(BASE_URL).pathname.length));
  if (below !== "v1/embeddings" && below !== "v1/responses") return { below, search, body };
  const { model, ...others } = JSON.parse(body);
  const { input, ...more } = others;
  const inputs = below === "v1/embeddings" && model.startsWith("@") ? { text: input, ...more } : others;
  return { below: `run/${model}`, search, body: JSON.stringify(inputs) };
}

/** Those of the page's headers that go on, and the client's own. */
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
  // A form's type names its boundary.
  if (!headers.has("content-type")) headers.set("content-type", holder.headers.get("content-type") ?? "");
  return { headers, body: holder.body };
}

/** The client, whose catalogue has only the models that the proxy offers. */
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

/** The reply with what the service's own says besides its body; of several replies nothing is true of all. */
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
