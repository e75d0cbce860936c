// The gateway's own host, `https://gateway.ai.cloudflare.com`: the same paths, for Workers AI only.

import { answerUniversal } from "../api/gateway.js";
import { ServiceError } from "../errors.js";
import { gatewayFromHeaders } from "../gateway/settings.js";
import { envelopeFace, openAIFace } from "./envelope.js";
import { decodedPart, newCall, readBody, reading } from "./read.js";
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
    let answer;
    let face = envelopeFace;
    await reading(call, async () => {
      if (path === "" && request.method === "POST") {
        answer = await this.#universal(request, url, call);
        return;
      }
      const route = path === "" ? null : routeOf(request.method, path);
      if (!route) throw new ServiceError(7003, `Could not route to ${url.pathname}`);
      face = faceOf(route);
      this.#rest.checkToken(request.headers.get("authorization"));
      Object.assign(call, { operation: route.operation, ...route.groups });
      call.model = decodedPart(call.model ?? "");
      await readBody(call, route.body, request, this.#options.maxBodyBytes);
      if (face === openAIFace) call.model = String(call.inputs.model ?? "").replace(/^workers-ai\//, "");
    });
    return answer ?? this.#service.respond(call, face);
  }

  /** Opens a WebSocket: model and inputs in the query; the token in a header, or, for browsers, in the name of a subprotocol. */
  async connect(request, url) {
    const [, , id, path = ""] = GATEWAY_PATH.exec(url.pathname);
    const call = newCall("rest", request, url);
    call.gateway = gatewayFromHeaders(request.headers, decodedPart(id));
    call.operation = "connect";
    const protocol = offeredToken(request.headers.get("sec-websocket-protocol"));
    await reading(call, () => {
      if (path !== "workers-ai") throw new ServiceError(7003, `Could not route to ${url.pathname}`);
      const authorization =
        request.headers.get("cf-aig-authorization") ?? request.headers.get("authorization");
      this.#rest.checkToken(protocol ? `Bearer ${protocol.slice(TOKEN_PROTOCOL.length)}` : authorization);
      const { model = "", ...inputs } = call.query;
      Object.assign(call, { model, inputs });
    });
    return { ...(await this.#service.connect(call, envelopeFace)), protocol };
  }

  #universal(request, url, { gateway }) {
    const check = (step) => this.#rest.checkToken(step.authorization ?? request.headers.get("authorization"));
    return answerUniversal(this.#service, request, url, { ...this.#options, gateway, check, faceOf });
  }
}

const faceOf = ({ operation }) => (OPENAI.has(operation) ? openAIFace : envelopeFace);

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
