// One request, from its checks to its reply.

import { checkModel, taskOf } from "./allow.js";
import { callBinding } from "./binding.js";
import { checkHost } from "./host.js";
import { inputOf } from "./input.js";
import { answerOpenAI } from "./openai.js";
import { checkOrigin, preflight } from "./origin.js";
import { Refusal } from "./refusal.js";
import { askService, handshakeWith } from "./rest.js";
import { routeOf } from "./route.js";
import { untilAborted } from "./until-aborted.js";

export async function answerFor(request, context, cross, settings) {
  checkHost(request, settings);
  checkOrigin(request, cross, settings);
  if (request.method === "OPTIONS" && request.headers.has("access-control-request-method")) {
    if (cross === null) throw new Refusal(403, "This site may not use the proxy.");
    return preflight(request, settings);
  }
  const route = await authorizedRoute(request, context, settings);
  const upstreamOf = () => untilAborted(request, settings.upstream(request, context));
  if (route.endpoint !== "v1") return passOn(request, route, context, upstreamOf, settings);
  const upstream = await upstreamOf();
  // The limit applies to the page's body: the request that is made from it may be larger.
  const unbounded = { ...settings, maxBodyBytes: Number.POSITIVE_INFINITY };
  const send = (own, ownRoute) => passOn(own, ownRoute, context, () => upstream, unbounded);
  return answerOpenAI(request, send, settings);
}

/** The WebSocket handshake with the service, where the caller forwards the bytes: see node.js. */
export async function handshakeFor(request, context, cross, settings) {
  checkHost(request, settings);
  checkOrigin(request, cross, settings);
  const route = await authorizedRoute(request, context, settings);
  if (!route.websocket) throw new Refusal(400, "Only WebSockets can be admitted for with an upgrade.");
  const admitted = await admit(request, route, context, settings);
  const upstream = await untilAborted(request, settings.upstream(request, context));
  if (upstream.binding !== undefined)
    throw new Refusal(501, "Through a binding the proxy passes WebSockets in a Worker only.");
  return handshakeWith(request, admitted, upstream, settings);
}

/** Authorizes the request before its body is read, so that an unauthorized one costs nothing. */
async function authorizedRoute(request, context, settings) {
  const route = routeOf(request, settings);
  if (route.model !== undefined) checkModel(route.model, settings);
  await runHooks(request, about(request, route, context), settings);
  return route;
}

/** Forwards a request: checks its model and passes its inputs to `transform`. */
async function passOn(request, route, context, upstreamOf, settings) {
  if (route.model !== undefined) checkModel(route.model, settings);
  const admitted = await admit(request, route, context, settings);
  const upstream = await upstreamOf();
  return upstream.binding === undefined
    ? askService(request, admitted, upstream, settings)
    : callBinding(request, admitted, upstream, settings);
}

const admit = async (request, route, context, settings) => ({
  ...route,
  ...(await inputOf(request, about(request, route, context), settings)),
});

/** The facts about a request that hooks receive. */
const about = (request, route, context) => ({
  ...route,
  task: route.model === undefined ? undefined : taskOf(route.model),
  context,
  request,
});

async function runHooks(request, about, { authorize, rateLimit }) {
  const { context, request: _, ...facts } = about;
  const ask = (hook) => untilAborted(request, hook(request, facts, ...context));
  if (authorize !== undefined && (await ask(authorize)) !== true) {
    throw new Refusal(401, "You may not use the proxy.");
  }
  if (rateLimit === undefined) return;
  const verdict = await ask(rateLimit);
  if (verdict === true) return;
  // A missing or invalid verdict does not permit the request.
  if (verdict !== false && (typeof verdict !== "object" || verdict === null))
    throw new TypeError("rateLimit must give true, false or { retryAfterMs }.");
  const after = verdict.retryAfterMs;
  const headers =
    typeof after === "number" ? { "retry-after": String(Math.max(1, Math.ceil(after / 1000))) } : {};
  throw new Refusal(429, "Too many requests. Try again later.", { headers });
}
