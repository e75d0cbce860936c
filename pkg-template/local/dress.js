// Encodes a reply in the format of its face, and adds the service's headers.

import { isThirdParty } from "./models/registry.js";
import { routeChunks } from "./routes.js";
import { Answer } from "./streams/answer.js";

/** Encodes a reply in the format of its face, with the service's headers. */
export function dress(reply, call, face) {
  if (reply.kind === "response") return reply.passed ?? Answer.of(reply.response);
  if (reply.kind === "route") return routed(reply.route, call, face);
  const headers = headersOf(reply, call);
  if (reply.kind === "stream") {
    headers["content-type"] = reply.contentType;
    return new Answer(reply.produce, { headers });
  }
  if (reply.neurons !== undefined) headers["cf-ai-neurons"] = String(call.cached ? 0 : reply.neurons);
  if (reply.kind === "json") return Answer.json(face.json(reply.value, call, reply.info), { headers });
  headers["content-type"] = reply.contentType;
  return new Answer(reply.bytes, { headers });
}

export const headersOf = ({ engine }, call) => ({
  "cf-ai-req-id": call.requestId,
  ...(engine ? { "x-local-engine": engine.name } : {}),
  ...(call.gateway ? gatewayHeaders(call) : {}),
});

/** A canned reply: JSON values are encoded in the face's format, bytes are sent unchanged. */
function routed({ status, headers: own = {}, json, body, contentType }, call, face) {
  const headers = headersOf({ engine: { name: "route" } }, call);
  for (const [name, value] of Object.entries(own)) headers[name.toLowerCase()] = String(value);
  if (json !== undefined) {
    if (contentType) headers["content-type"] = contentType;
    return Answer.json(face.json(json, call), { status, headers });
  }
  headers["content-type"] = contentType;
  const isNothing = body === undefined || body === null;
  return new Answer(isNothing ? null : () => routeChunks(body), { status, headers });
}

/** Who answers in place of a route, or of the router. */
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
