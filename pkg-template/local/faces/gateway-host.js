// The gateway's own host, `https://gateway.ai.cloudflare.com`: the same paths, for Workers AI alone.

import { universalRun } from "../api/gateway.js";
import { ServiceError } from "../errors.js";
import { gatewayFromHeaders } from "../gateway/settings.js";
import { parseJson, readBytes } from "./body.js";
import { envelopeFace, jsonResponse, openAIFace } from "./envelope.js";
import { decodedPart, newCall, readBody } from "./read.js";
import { findRoute } from "./rest-routes.js";

export const GATEWAY_PATH = /^\/v1\/([0-9a-f]{32})\/([^/]+)(?:\/(.*))?$/;
const TOKEN_PROTOCOL = "cf-aig-authorization.";
const OPENAI = new Set(["chat", "embeddings", "responses", "messages"]);

export class GatewayHostFace {
  #service;
  #rest;
  #options;

  constructor(service, rest, options) {
    this.#service = service;
    this.#rest = rest;
    this.#options = options;
  }

  handles({ pathname }) {
    return GATEWAY_PATH.test(pathname);
  }

  async respond(request, url) {
    const [, , id, path = ""] = GATEWAY_PATH.exec(url.pathname);
    const call = newCall("rest", request, url);
    call.gateway = gatewayFromHeaders(request.headers, decodedPart(id));
    let face = envelopeFace;
    try {
      if (path === "") return await this.#universal(request, url, call);
      const route = routeOf(request.method, path);
      if (!route) throw new ServiceError(7003, `Could not route to ${url.pathname}`);
      if (OPENAI.has(route.operation)) face = openAIFace;
      this.#rest.checkToken(request.headers.get("authorization"));
      Object.assign(call, { operation: route.operation, ...route.groups });
      call.model = decodedPart(call.model ?? "");
      await readBody(call, route.body, request, this.#options.maxBodyBytes);
      if (OPENAI.has(route.operation))
        call.model = String(call.inputs.model ?? "").replace(/^workers-ai\//, "");
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      call.refused = error;
    }
    return this.#service.respond(call, face);
  }

  /** Opens a WebSocket: model and inputs in the query; the token in a header, or, for browsers, in the name of a subprotocol. */
  async connect(request, url) {
    const [, , id, path = ""] = GATEWAY_PATH.exec(url.pathname);
    const call = newCall("rest", request, url);
    call.gateway = gatewayFromHeaders(request.headers, decodedPart(id));
    call.operation = "connect";
    const protocol = offeredToken(request.headers.get("sec-websocket-protocol"));
    try {
      if (path !== "workers-ai") throw new ServiceError(7003, `Could not route to ${url.pathname}`);
      const given = request.headers.get("cf-aig-authorization") ?? request.headers.get("authorization");
      this.#rest.checkToken(protocol ? `Bearer ${protocol.slice(TOKEN_PROTOCOL.length)}` : given);
      const { model = "", ...inputs } = call.query;
      Object.assign(call, { model, inputs });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      call.refused = error;
    }
    return { ...(await this.#service.connect(call, envelopeFace)), protocol };
  }

  async #universal(request, url, { gateway }) {
    if (request.method !== "POST") throw new ServiceError(7003, `Could not route to ${url.pathname}`);
    const bytes = await readBytes(request, this.#options.maxBodyBytes);
    const steps = await parseJson(bytes);
    return universalRun(steps, async (step, index) => {
      if (step.unavailable) return jsonResponse({ error: `No provider ${step.unavailable} here` }, 400);
      const call = { ...newCall("rest", request, url), ...step, gateway, step: index };
      try {
        this.#rest.checkToken(step.authorization ?? request.headers.get("authorization"));
      } catch (error) {
        call.refused = error;
      }
      return this.#service.respond(call, OPENAI.has(step.operation) ? openAIFace : envelopeFace);
    });
  }
}

const offeredToken = (protocols) =>
  (protocols ?? "")
    .split(",")
    .map((protocol) => protocol.trim())
    .find((protocol) => protocol.startsWith(TOKEN_PROTOCOL));

/** The API's paths, with or without `run/` before the model; and the unified endpoint. */
function routeOf(method, path) {
  if (path === "compat/chat/completions") return findRoute(method, "/v1/chat/completions");
  if (!path.startsWith("workers-ai/")) return null;
  const rest = path.slice("workers-ai/".length);
  return findRoute(method, /^(run|v1)\//.test(rest) ? `/${rest}` : `/run/${rest}`);
}
