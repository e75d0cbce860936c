// Determines the endpoint of a request and, if its path contains one, the model.

import { Refusal } from "./refusal.js";

/**
 * The APIs of OpenAI and Anthropic; Cohere's clients use version 2. `workers-ai-wasm/openai` defines the
 * endpoints.
 */
const OPENAI = /^v[12]\/./;
/** A finetune is identified by its id or its name. */
const ASSETS = /^(?!\.{1,2}\/)([^/\\\p{Cc}]{1,256})\/finetune-assets$/u;
const MODEL_ID = /^@?[\w.:+-]+(?:\/[\w.:+@-]+){0,4}$/;
const MAX_ID = 256;

/** @returns {{ endpoint: string, below: string, model?: string, method: "GET" | "POST", websocket: boolean }} */
export function routeOf(request, { path, endpoints, batch }) {
  const url = new URL(request.url);
  if (!url.pathname.startsWith(`${path}/`)) throw new Refusal(404, "There is nothing at this address.");
  const below = decoded(url.pathname.slice(path.length + 1));
  const websocket = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  const route = find(below, websocket, request.method);
  if (route === undefined || !endpoints.has(route.endpoint))
    throw new Refusal(404, "The proxy does not offer this.");
  if (request.method !== route.method) {
    throw new Refusal(405, `Ask with ${route.method}.`, { headers: { allow: route.method } });
  }
  for (const name of url.searchParams.keys()) {
    if (name === "queueRequest" && !batch) throw new Refusal(403, "The proxy takes no batches.");
  }
  return { below, ...route, websocket };
}

/** The endpoint for a path relative to the proxy's; `undefined` if there is none. */
export function find(below, websocket, method) {
  const [first, ...rest] = below.split("/");
  const inner = rest.join("/");
  if (first === "run")
    return { endpoint: "run", model: checkedModel(inner), method: websocket ? "GET" : "POST" };
  if (first === "models" && (inner === "search" || inner === "schema"))
    return { endpoint: "models", method: "GET" };
  if (first === "tomarkdown" && inner === "") return { endpoint: "tomarkdown", method: "POST" };
  if (below === "tomarkdown/supported") return { endpoint: "tomarkdown", method: "GET" };
  if (OPENAI.test(below) && !websocket) return { endpoint: "v1", method: method === "GET" ? "GET" : "POST" };
  if (first === "websearch" && inner === "") return { endpoint: "websearch", method: "POST" };
  if (first === "finetunes") return findFinetunes(below, inner, method);
  return undefined;
}

/** List or create finetunes, or upload files of one. */
function findFinetunes(below, inner, method) {
  if (below === "finetunes") return { endpoint: "finetunes", method: method === "POST" ? "POST" : "GET" };
  if (inner === "public") return { endpoint: "finetunes", method: "GET" };
  const [, id] = ASSETS.exec(inner) ?? [];
  if (id === undefined) return undefined;
  return {
    endpoint: "finetunes",
    method: "POST",
    below: `finetunes/${encodeURIComponent(id)}/finetune-assets`,
  };
}

/** True if it can be the id of a model. */
export const isModelId = (id) =>
  typeof id === "string" &&
  id.length <= MAX_ID &&
  MODEL_ID.test(id) &&
  !id.split("/").some((part) => part === "." || part === "..");

export function checkedModel(id) {
  if (!isModelId(id)) throw new Refusal(400, "That is no model id.");
  return id;
}

/** Decoded once: a model id that is still encoded is rejected. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refusal(400, "The address cannot be read.");
  }
}
