// The browser's door: below /ai, as the REST API has it, without a token in the page. What it asks goes through env.AI.

import { isWorkersAIError, WorkersAI } from "workers-ai-wasm";
import { models } from "workers-ai-wasm/catalog";
import { boundedRequest, Refusal } from "./bounds.js";
import { envelope, failure, fromBinding } from "./envelope.js";
import { readRun } from "./input.js";
import { convert, listModels, supported } from "./service.js";

/** Those that this version knows and that are not for invited accounts only. */
const MODELS = new Map(models.filter(({ status }) => status !== "gated").map((model) => [model.id, model]));

const ROUTES = [
  ["GET", "/models/search", listModels],
  ["POST", "/tomarkdown", convert],
  ["GET", "/tomarkdown/supported", supported],
];

export async function answer(request, url, env) {
  try {
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== url.origin) throw new Refusal(403, "Only this page may ask.");
    const bounded = boundedRequest(request);
    const path = url.pathname.slice("/ai".length);
    if (path.startsWith("/run/")) return await run(bounded, url, env, decodeURIComponent(path.slice(5)));
    const route = ROUTES.find(([method, own]) => method === request.method && own === path);
    if (!route) throw new Refusal(404, `This demo does not answer ${request.method} ${path}.`);
    return Response.json(envelope({ result: await route[2](bounded, url, env), success: true }));
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, 0, error.message);
    if (!isWorkersAIError(error)) throw error;
    const { status = 502, internalCode = 0, retryAfterMs } = error;
    const headers =
      retryAfterMs === undefined ? {} : { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
    return failure(status, internalCode, error.message, headers);
  }
}

async function run(request, url, env, id) {
  const model = MODELS.get(id);
  if (!model) throw new Refusal(403, "This demo does not offer that model.");
  const ai = new WorkersAI({ binding: env.AI });
  // The page going away ends this request, and with it the model's work. The page itself tries again if that helps.
  const options = { signal: request.signal, maxRetries: 0 };
  if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
    return ai.run(id, Object.fromEntries(url.searchParams), { ...options, websocket: true });
  }
  if (request.method !== "POST") throw new Refusal(405, "Ask with POST.");
  const input = await readRun(request, url, model);
  // Asking for a batch that is in the queue is no new one for the binding.
  const queueRequest = url.searchParams.get("queueRequest") === "true" && input.request_id === undefined;
  return fromBinding(await ai.run(id, input, { ...options, queueRequest, returnRawResponse: true }));
}
