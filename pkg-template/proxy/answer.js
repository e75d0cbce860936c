// One request, from its checks to its reply.

import { checkModel, taskOf } from "./allow.js";
import { askBinding } from "./binding.js";
import { checkHost } from "./host.js";
import { inputOf } from "./input.js";
import { checkOrigin, preflight } from "./origin.js";
import { Refusal } from "./refusal.js";
import { askService, handshakeWith } from "./rest.js";
import { routeOf } from "./route.js";

export async function answerFor(request, context, cross, settings) {
  checkHost(request, settings);
  checkOrigin(request, cross, settings);
  if (request.method === "OPTIONS" && request.headers.has("access-control-request-method")) {
    if (cross === null) throw new Refusal(403, "This site may not use the proxy.");
    return preflight(request, settings);
  }
  const { admitted, upstream } = await admit(request, context, settings);
  return upstream.binding === undefined
    ? askService(request, admitted, upstream, settings)
    : askBinding(request, admitted, upstream, settings);
}

/** The handshake with the service for a page that asks for a WebSocket, where somebody else passes the bytes: see node.js. */
export async function handshakeFor(request, context, cross, settings) {
  checkHost(request, settings);
  checkOrigin(request, cross, settings);
  const { admitted, upstream } = await admit(request, context, settings);
  if (!admitted.websocket) throw new Refusal(400, "Only WebSockets can be admitted for with an upgrade.");
  if (upstream.binding !== undefined)
    throw new Refusal(501, "Through a binding the proxy passes WebSockets in a Worker only.");
  return handshakeWith(request, admitted, upstream, settings);
}

/** What is asked of whom, if it may be. */
async function admit(request, context, settings) {
  const route = routeOf(request, settings);
  if (route.model !== undefined) checkModel(route.model, settings);
  // Before the body is read: who may not ask shall not cost anything.
  const about = { ...route, task: route.model === undefined ? undefined : taskOf(route.model), context };
  await vouch(request, about, settings);
  const admitted = { ...route, ...(await inputOf(request, about, settings)) };
  return { admitted, upstream: await settings.upstream(request, context) };
}

async function vouch(request, about, { authorize, rateLimit }) {
  const { context, ...facts } = about;
  if (authorize !== undefined && (await authorize(request, facts, ...context)) !== true) {
    throw new Refusal(401, "You may not use the proxy.");
  }
  if (rateLimit === undefined) return;
  const verdict = await rateLimit(request, facts, ...context);
  if (verdict === true) return;
  // A hook that forgot to say something has not said that the request may pass.
  if (verdict !== false && (typeof verdict !== "object" || verdict === null))
    throw new TypeError("rateLimit must give true, false or { retryAfterMs }.");
  const after = verdict.retryAfterMs;
  const headers =
    typeof after === "number" ? { "retry-after": String(Math.max(1, Math.ceil(after / 1000))) } : {};
  throw new Refusal(429, "Too many requests. Try again later.", { headers });
}
