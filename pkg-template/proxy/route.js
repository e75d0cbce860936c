// What is asked for: an endpoint and, where one has it in its path, a model.

import { Refusal } from "./refusal.js";

/** OpenAI's interfaces and Anthropic's; Cohere's clients number theirs 2. Which of them there are, `workers-ai-wasm/openai` says. */
const OPENAI = /^v[12]\/./;
/** A finetune is named by its id, or by its name. */
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

/** What a path below the proxy's own leads to; `undefined` where there is nothing. */
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

/** Listed, or made; the files of one. */
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

/** Can it be the id of a model? */
export const isModelId = (id) =>
  typeof id === "string" &&
  id.length <= MAX_ID &&
  MODEL_ID.test(id) &&
  !id.split("/").some((part) => part === "." || part === "..");

export function checkedModel(id) {
  if (!isModelId(id)) throw new Refusal(400, "That is no model id.");
  return id;
}

/** Decoded once: what is still encoded then is refused as a model id. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new Refusal(400, "The address cannot be read.");
  }
}
