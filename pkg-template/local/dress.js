// Dresses a reply: the value in its face's shape, the service's headers around it.

import { isThirdParty } from "./models/registry.js";
import { routeChunks } from "./routes.js";
import { readableFrom } from "./streams/readable.js";

/** Puts a reply into its face's shape and gives it the service's headers. */
export function dress(reply, call, face) {
  if (reply.kind === "response") return reply.passed ? passedOn(reply.passed, call) : reply.response;
  if (reply.kind === "route") return routed(reply.route, call, face);
  const headers = headersOf(reply, call);
  if (reply.kind === "stream") {
    headers.set("content-type", reply.contentType);
    return new Response(readableFrom(reply.produce, { signal: call.signal }), { headers });
  }
  if (reply.neurons !== undefined) headers.set("cf-ai-neurons", String(call.cached ? 0 : reply.neurons));
  if (reply.kind === "bytes") {
    headers.set("content-type", reply.contentType);
    return new Response(reply.bytes, { headers });
  }
  headers.set("content-type", "application/json");
  return new Response(JSON.stringify(face.json(reply.value, call, reply.info)), { headers });
}

/** Cloudflare's response, written down as it passes. */
const passedOn = ({ status, headers, produce }, call) =>
  new Response(NO_BODY.has(status) ? null : readableFrom(produce, { signal: call.signal }), {
    status,
    headers,
  });

const NO_BODY = new Set([101, 204, 205, 304]);

export const headersOf = ({ engine }, call) =>
  new Headers({
    "cf-ai-req-id": call.requestId,
    ...(engine ? { "x-local-engine": engine.name } : {}),
    ...(call.gateway ? gatewayHeaders(call) : {}),
  });

/** A canned reply: JSON values are dressed, bytes are sent as they are. */
function routed(route, call, face) {
  const headers = new Headers({
    "cf-ai-req-id": call.requestId,
    "x-local-engine": "route",
    ...(call.gateway ? gatewayHeaders(call) : {}),
  });
  for (const [name, value] of Object.entries(route.headers ?? {})) headers.set(name, value);
  const status = route.status ?? 200;
  if (route.json !== undefined) {
    headers.set("content-type", route.contentType ?? "application/json");
    return new Response(JSON.stringify(face.json(route.json, call)), { status, headers });
  }
  headers.set("content-type", route.contentType);
  const body =
    route.body === undefined || route.body === null
      ? null
      : readableFrom(() => routeChunks(route.body), { signal: call.signal });
  return new Response(body, { status, headers });
}

/** Who answers in the place of a route, or of the router. */
const ROUTED = "openai/gpt-5.2";

export function gatewayHeaders({ logId, step = 0, cached, model, requestId }) {
  const isRoute = /^(?:dynamic\/|cloudflare\/auto$)/.test(model);
  const served = isRoute ? ROUTED : model;
  return {
    "cf-aig-trace-id": requestId.replaceAll("-", ""),
    ...(isRoute ? { "cf-aig-routed-model": served, "cf-aig-routing-reason": "local" } : {}),
    "cf-aig-log-id": logId,
    "cf-aig-event-id": logId,
    "cf-aig-request-id": logId,
    "cf-aig-step": String(step),
    "cf-aig-cache-status": cached ? "HIT" : "MISS",
    "cf-aig-model": served,
    "cf-aig-provider": isThirdParty(served) ? served.split("/")[0] : "workers-ai",
  };
}
