// The REST API: `/client/v4/accounts/{account}/ai/…` with a token, and the same paths below a proxy prefix
// without one.

import { ServiceError } from "../errors.js";
import { gatewayFromHeaders } from "../gateway/settings.js";
import { readBytes } from "./body.js";
import { envelopeFace, openAIFace, runAPIFace } from "./envelope.js";
import { decodedPart, newCall, readBody, reading } from "./read.js";
import { findGatewayRoute, findRoute } from "./rest-routes.js";

const ACCOUNT_PATH = /^\/client\/v4\/accounts\/([^/]*)(\/ai(?:-gateway)?)(\/.*)?$/;
const ACCOUNT_ID = /^[0-9a-f]{32}$/;
const SOCKET_PATH = /^\/run\/(.+)$/;
const FACES = {
  chat: openAIFace,
  embeddings: openAIFace,
  responses: openAIFace,
  messages: openAIFace,
  "models.openai": openAIFace,
  websearch: openAIFace,
  "run.any": runAPIFace,
};

export class RestFace {
  #service;
  #options;

  /** @param {{ accountId?: string, apiToken?: string, prefix: string, maxBodyBytes: number, openai: import("./openai.js").OpenAIFace }} options */
  constructor(service, options) {
    this.#service = service;
    this.#options = options;
  }

  /** True if the request belongs to this face. */
  handles({ pathname }) {
    const { prefix } = this.#options;
    return pathname.startsWith("/client/v4/") || pathname === prefix || pathname.startsWith(`${prefix}/`);
  }

  async respond(request, url) {
    const call = newCall("rest", request, url);
    call.gateway = gatewayFromHeaders(request.headers);
    let answer;
    let face = envelopeFace;
    await reading(call, async () => {
      const { area, path, account } = this.authorize(request, url);
      const route =
        area === "/ai" ? findRoute(request.method, path) : findGatewayRoute(request.method, area + path);
      if (route) {
        face = FACES[route.operation] ?? envelopeFace;
        Object.assign(call, { operation: route.operation, account, ...decoded(route.groups) });
      }
      if (await this.#service.passesThrough()) {
        // Any endpoint and body are forwarded to Cloudflare unchanged.
        const { method, headers } = request;
        const body = this.#service.recordings.writes
          ? await this.#readThrough(call, route, request)
          : request.body;
        call.forward = (engine) =>
          engine.forwardRest({ method, area, path, search: url.search, headers, body, signal: call.signal });
      } else if (route) {
        await readBody(call, route.body, request, this.#options.maxBodyBytes);
        prepare(call);
      } else if (area === "/ai" && this.#options.openai.completes(path))
        answer = await this.#options.openai.answer(request);
      else throw notFound(url);
    });
    return answer ?? this.#service.respond(call, face);
  }

  /** Reads a body that is forwarded unchanged, if it has to be recorded. */
  async #readThrough(call, route, request) {
    const bytes = await readBytes(request, this.#options.maxBodyBytes);
    const { method, url, headers } = request;
    if (route?.body) {
      const copy = new Request(url, { method, headers, body: bytes });
      await readBody(call, route.body, copy, this.#options.maxBodyBytes);
      prepare(call);
    }
    return bytes.length > 0 ? bytes : null;
  }

  /** Opens a WebSocket with the inputs in the query. */
  async connect(request, url) {
    const call = newCall("rest", request, url);
    call.gateway = gatewayFromHeaders(request.headers);
    call.operation = "connect";
    call.inputs = call.query;
    await reading(call, () => {
      const { area, path } = this.authorize(request, url);
      const model = area === "/ai" && SOCKET_PATH.exec(path)?.[1];
      if (!model) throw notFound(url);
      Object.assign(call, decoded({ model }));
    });
    return this.#service.connect(call, envelopeFace);
  }

  /** The path below `/ai` or `/ai-gateway`, after account and token were checked. */
  authorize(request, url) {
    const { prefix, accountId } = this.#options;
    const match = ACCOUNT_PATH.exec(url.pathname);
    if (!match) {
      if (url.pathname.startsWith("/client/v4/")) throw notFound(url);
      return { area: "/ai", path: url.pathname.slice(prefix.length) };
    }
    const [, account, area, path = ""] = match;
    if (!ACCOUNT_ID.test(account)) throw notFound(url);
    this.checkToken(request.headers.get("authorization"));
    if (accountId !== undefined && account !== accountId)
      throw new ServiceError(10000, undefined, { status: 403 });
    return { area, path, account };
  }

  checkToken(authorization) {
    const { apiToken } = this.#options;
    const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
    if (!token || (apiToken !== undefined && token !== apiToken)) throw new ServiceError(10000);
  }
}

const notFound = ({ pathname }) =>
  new ServiceError(7003, `Could not route to ${pathname}, perhaps your object identifier is invalid?`);

/** The parts of the path; the official SDK encodes the slashes of a model's id. */
const decoded = (groups) =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodedPart(value)]));

const MODEL_IN_BODY = new Set(["chat", "embeddings", "responses", "messages", "run.any"]);

/** Takes the model out of the bodies that name it. */
function prepare(call) {
  if (!MODEL_IN_BODY.has(call.operation)) return;
  const { model, input } = call.inputs;
  if (typeof model !== "string")
    throw new ServiceError(5006, "Bad input: Error: required properties at '/' are 'model'");
  call.model = model;
  if (call.operation !== "run.any") return;
  if (input === null || typeof input !== "object")
    throw new ServiceError(5006, "Bad input: Error: required properties at '/' are 'input'");
  if (model.startsWith("@") && !call.gateway)
    throw new ServiceError(
      5006,
      "Bad input: Error: models of Workers AI need the header cf-aig-gateway-id here",
    );
  Object.assign(call, { operation: "run", inputs: input });
}
