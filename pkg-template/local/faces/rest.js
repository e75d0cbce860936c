// The REST API: `/client/v4/accounts/{account}/ai/…` with a token, and the same paths below a proxy prefix without one.

import { ServiceError } from "../errors.js";
import { readInputs, readJson } from "./body.js";
import { envelopeFace, openAIFace } from "./envelope.js";

const ACCOUNT_PATH = /^\/client\/v4\/accounts\/([^/]*)\/ai(\/.*)?$/;
const ACCOUNT_ID = /^[0-9a-f]{32}$/;
const OPERATIONS = {
  "/v1/chat/completions": "chat",
  "/v1/embeddings": "embeddings",
  "/v1/responses": "responses",
};

export class RestFace {
  #service;
  #options;

  /** @param {{ accountId?: string, apiToken?: string, prefix: string, maxBodyBytes: number }} options */
  constructor(service, options) {
    this.#service = service;
    this.#options = options;
  }

  /** Whether the request is for this face. */
  handles({ pathname }) {
    const { prefix } = this.#options;
    return pathname.startsWith("/client/v4/") || pathname === prefix || pathname.startsWith(`${prefix}/`);
  }

  async respond(request, url) {
    const call = {
      face: "rest",
      operation: "run",
      model: "",
      inputs: {},
      options: {},
      headers: request.headers,
      signal: request.signal,
    };
    call.gatewayId = request.headers.get("cf-aig-gateway-id") ?? undefined;
    let face = envelopeFace;
    try {
      const path = this.#pathBelowAi(request, url);
      const operation = OPERATIONS[path];
      if (operation) face = openAIFace;
      Object.assign(call, { operation: operation ?? "run", model: modelOf(path) ?? "" });
      if (await this.#service.passesThrough()) {
        // Any endpoint, any body: what Cloudflare is asked is what the caller sent.
        const { method, headers, body } = request;
        call.forward = (engine) =>
          engine.forwardRest({ method, path, search: url.search, headers, body, signal: call.signal });
      } else {
        await this.#readInputs(call, operation, request, url);
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      call.refused = error;
    }
    return this.#service.respond(call, face);
  }

  async #readInputs(call, operation, request, url) {
    if (request.method !== "POST" || (!operation && call.model === "")) throw notFound(url);
    const { maxBodyBytes } = this.#options;
    if (!operation) {
      Object.assign(call, await readInputs(request, maxBodyBytes));
      call.query = Object.fromEntries(url.searchParams);
      call.options = call.inputs.options ?? {};
      return;
    }
    call.inputs = await readJson(request, maxBodyBytes);
    call.options = call.inputs.options ?? {};
    if (typeof call.inputs.model !== "string")
      throw new ServiceError(5006, "Bad input: Error: required properties at '/' are 'model'");
    call.model = call.inputs.model;
  }

  /** The path below `/ai`, after the account and its token were found to be right. */
  #pathBelowAi(request, url) {
    const { prefix, accountId, apiToken } = this.#options;
    const match = ACCOUNT_PATH.exec(url.pathname);
    if (!match) {
      if (url.pathname.startsWith("/client/v4/")) throw notFound(url);
      return url.pathname.slice(prefix.length);
    }
    const [, account, path = ""] = match;
    if (!ACCOUNT_ID.test(account)) throw notFound(url);
    const given = /^Bearer\s+(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (!given || (apiToken !== undefined && given !== apiToken)) throw new ServiceError(10000);
    if (accountId !== undefined && account !== accountId)
      throw new ServiceError(10000, undefined, { status: 403 });
    return path;
  }
}

const notFound = ({ pathname }) =>
  new ServiceError(7003, `Could not route to ${pathname}, perhaps your object identifier is invalid?`);

/** The model in `/run/{model}`; the official SDK encodes its slashes. */
function modelOf(path) {
  if (!path.startsWith("/run/")) return null;
  try {
    return decodeURIComponent(path.slice("/run/".length)) || null;
  } catch {
    return null;
  }
}
