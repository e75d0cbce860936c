// The browser's door: `POST /ai/run/{model}`, as the REST API has it, without a token in the page.

import { isWorkersAIError, WorkersAI } from "workers-ai-wasm";
import { MODELS } from "./models.js";

const ALLOWED = new Set(MODELS.map(({ id }) => id));
const ROLES = new Set(["system", "user", "assistant"]);
const MOST_BYTES = 256 * 1024;
const MOST_TOKENS = 1024;

export async function answer(request, url, env) {
  try {
    const model = modelOf(request, url);
    const input = await readInput(request);
    const ai = new WorkersAI({ binding: env.AI });
    // The page going away ends this request, and with it the model's work.
    const result = await ai.run(model, input, { signal: request.signal });
    return input.stream ? result.toResponse() : Response.json(envelope({ result, success: true }));
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, 0, error.message);
    if (!isWorkersAIError(error)) throw error;
    const headers =
      error.retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(error.retryAfterMs / 1000)) };
    return failure(error.status ?? 502, error.internalCode ?? 0, error.message, headers);
  }
}

/** A request that is turned down before any model sees it. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

function modelOf(request, url) {
  const origin = request.headers.get("origin");
  if (origin !== null && origin !== url.origin) throw new Refusal(403, "Only this page may ask.");
  if (request.method !== "POST") throw new Refusal(405, "Ask with POST.");
  const model = decodeURIComponent(url.pathname.replace(/^\/ai\/run\//, ""));
  if (!ALLOWED.has(model)) throw new Refusal(403, "This demo does not offer that model.");
  return model;
}

/** Only what a chat needs goes on, within bounds: the rest of the page's wishes is not worth anybody's bill. */
async function readInput(request) {
  if (Number(request.headers.get("content-length") ?? 0) > MOST_BYTES)
    throw new Refusal(413, "The conversation is too long.");
  const text = await request.text();
  if (text.length > MOST_BYTES) throw new Refusal(413, "The conversation is too long.");
  const { messages, max_tokens: wanted, stream } = parse(text);
  if (!Array.isArray(messages) || messages.length === 0 || !messages.every(isMessage)) {
    throw new Refusal(400, "messages must be an array of { role, content }.");
  }
  const tokens = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST_TOKENS) : MOST_TOKENS;
  return {
    messages: messages.map(({ role, content }) => ({ role, content })),
    max_tokens: tokens,
    stream: stream === true,
  };
}

const isMessage = (message) => ROLES.has(message?.role) && typeof message.content === "string";

function parse(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Refusal(400, "The body must be JSON.");
  }
}

const envelope = (fields) => ({ result: {}, success: false, errors: [], messages: [], ...fields });

const failure = (status, code, message, headers = {}) =>
  Response.json(envelope({ errors: [{ code, message }] }), { status, headers });
