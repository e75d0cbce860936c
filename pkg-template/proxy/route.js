// What is asked for: an endpoint and, where one has it in its path, a model.

import { Refusal } from "./refusal.js";

const V1 = new Set(["chat/completions", "embeddings", "responses"]);
const MODEL_ID = /^@?[\w.:+-]+(?:\/[\w.:+@-]+){0,4}$/;
const MAX_ID = 256;

/** @returns {{ endpoint: string, below: string, model?: string, method: "GET" | "POST", websocket: boolean }} */
export function routeOf(request, { path, endpoints, batch }) {
  const url = new URL(request.url);
  if (!url.pathname.startsWith(`${path}/`)) throw new Refusal(404, "There is nothing at this address.");
  const below = decoded(url.pathname.slice(path.length + 1));
  const websocket = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  const route = find(below, websocket);
  if (route === undefined || !endpoints.has(route.endpoint))
    throw new Refusal(404, "The proxy does not offer this.");
  if (request.method !== route.method) {
    throw new Refusal(405, `Ask with ${route.method}.`, { headers: { allow: route.method } });
  }
  for (const name of url.searchParams.keys()) {
    if (name === "queueRequest" && !batch) throw new Refusal(403, "The proxy takes no batches.");
  }
  return { ...route, below, websocket };
}

function find(below, websocket) {
  const [first, ...rest] = below.split("/");
  const inner = rest.join("/");
  if (first === "run")
    return { endpoint: "run", model: checkedModel(inner), method: websocket ? "GET" : "POST" };
  if (first === "models" && (inner === "search" || inner === "schema"))
    return { endpoint: "models", method: "GET" };
  if (first === "tomarkdown" && inner === "") return { endpoint: "tomarkdown", method: "POST" };
  if (below === "tomarkdown/supported") return { endpoint: "tomarkdown", method: "GET" };
  if (first === "v1" && V1.has(inner)) return { endpoint: "v1", method: "POST" };
  return undefined;
}

export function checkedModel(id) {
  const safe =
    typeof id === "string" &&
    id.length <= MAX_ID &&
    MODEL_ID.test(id) &&
    !id.split("/").some((part) => part === "." || part === "..");
  if (!safe) throw new Refusal(400, "That is no model id.");
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
