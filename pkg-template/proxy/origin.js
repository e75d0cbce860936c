// Checks the origin of requests (CORS).

import { Refusal } from "./refusal.js";

/** The origin that the reply must allow for the page to read it; null if page and proxy have the same one. */
export function crossOrigin(request, { origins }) {
  const origin = request.headers.get("origin");
  return origin !== null && origins.has(origin) && origin !== ownOrigin(request) ? origin : null;
}

/** Rejects requests of other sites' pages, and requests without an origin unless `authorize` is set. */
export function checkOrigin(request, cross, { originRequired }) {
  const origin = request.headers.get("origin");
  // A WebSocket is requested with GET but is not a read; browsers always send its origin.
  const isQuestion = request.method === "GET" && request.headers.get("upgrade") === null;
  if (origin !== null) {
    if (cross === null && origin !== ownOrigin(request))
      throw new Refusal(403, "This site may not use the proxy.");
    return;
  }
  const site = request.headers.get("sec-fetch-site");
  if (site !== null ? site !== "same-origin" : originRequired && !isQuestion) {
    throw new Refusal(403, "Only pages of this site may use the proxy.");
  }
}

/** Headers of the SDKs of OpenAI and Anthropic. They are not forwarded beyond the proxy. */
const OF_SDKS = /^(?:authorization|x-api-key|idempotency-key|(?:x-stainless|openai|anthropic)-[\w-]+)$/;
/** Headers of replies by which those SDKs decide on a retry, and identify a request. */
const FOR_SDKS = ["x-should-retry", "x-request-id", "request-id"];

/** The reply to a CORS preflight. */
export function preflight(request, { forwarded, endpoints }) {
  const requested = request.headers.get("access-control-request-headers");
  const named = endpoints.has("v1")
    ? (requested ?? "").split(/\s*,\s*/).filter((name) => OF_SDKS.test(name))
    : [];
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST",
      "access-control-allow-headers":
        requested === null ? "" : ["content-type", ...forwarded, ...named].join(", "),
      "access-control-max-age": "600",
    },
  });
}

export function withCrossOrigin(response, origin, { exposed, endpoints }) {
  if (origin === null) return response;
  // The headers of a response may be immutable.
  const headers = new Headers(response.headers);
  headers.set("access-control-allow-origin", origin);
  headers.append("vary", "origin");
  headers.set(
    "access-control-expose-headers",
    (endpoints.has("v1") ? [...exposed, ...FOR_SDKS] : exposed).join(", "),
  );
  if (response.webSocket) return response;
  return new Response(response.body, { status: response.status, headers });
}

const ownOrigin = (request) => new URL(request.url).origin;
