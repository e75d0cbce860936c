// What the genuine binding's own code talks to: `POST /run?version=3` with `{ inputs, options }`, the model
// in a header, and the paths of its other members.

import { answerUniversal } from "../api/gateway.js";
import { ServiceError } from "../errors.js";
import { readBytes, readJson } from "./body.js";
import { envelopeFace, openAIFace } from "./envelope.js";
import { nativeFace } from "./native.js";
import { newCall, readBody, reading } from "./read.js";
import { findGatewayRoute, findRunRoute } from "./rest-routes.js";

const MODEL_HEADER = "cf-consn-model-id";
const HOST = "workers-binding.ai";
const RUN_PATHS = new Set(["/run", "/ai-gateway/run"]);
const UNIVERSAL = /^\/ai-gateway\/universal\/run\/([^/]+)$/;
/** [method, path, operation, body, the same at the REST API] */
const OTHER_ROUTES = [
  ["GET", "/ai-api/models/search", "models.search", undefined, "/models/search"],
  ["POST", "/to-everything/markdown/transformer", "tomarkdown", "json", "/tomarkdown"],
  ["POST", "/ai-api/websearch", "websearch", "json", "/websearch/"],
  ["GET", "/to-everything/markdown/supported", "tomarkdown.supported", undefined, "/tomarkdown/supported"],
];

export class UpstreamFace {
  #service;
  #options;

  /** @param {{ maxBodyBytes: number }} options */
  constructor(service, options) {
    this.#service = service;
    this.#options = options;
  }

  handles({ hostname, pathname }, headers) {
    return (
      headers.has(MODEL_HEADER) ||
      hostname === HOST ||
      headers.get("host") === HOST ||
      OTHER_ROUTES.some(([, path]) => path === pathname) ||
      pathname.startsWith("/ai-gateway/")
    );
  }

  async respond(request, url) {
    const universal = request.method === "POST" && UNIVERSAL.exec(url.pathname);
    if (universal) return this.#universal(request, url, universal[1]);
    const call = newCall("binding", request, url);
    let face = nativeFace;
    await reading(call, async () => {
      const other = otherRoute(request.method, url.pathname);
      if (!other) return this.#readRun(call, request, url);
      face = other.operation === "websearch" ? openAIFace : envelopeFace;
      Object.assign(call, { operation: other.operation, ...other.groups });
      if (await this.#service.passesThrough())
        call.forward = await forwarder(other, request, url, this.#options);
      else await readBody(call, other.body, request, this.#options.maxBodyBytes);
    });
    return this.#service.respond(call, face);
  }

  /** Opens a WebSocket: inputs and options are in the query. */
  async connect(request, url) {
    const call = newCall("binding", request, url);
    call.operation = "connect";
    await reading(call, () => {
      call.model = modelOf(request.headers);
      if (!RUN_PATHS.has(url.pathname)) throw new ServiceError(7003);
      const { inputs, options } = parseInputs(url.searchParams.get("body") ?? "");
      Object.assign(call, { inputs: inputs ?? {}, options: options ?? {} });
      if (url.pathname.startsWith("/ai-gateway/")) call.gateway = { id: "default", ...call.options.gateway };
    });
    return this.#service.connect(call, nativeFace);
  }

  async #readRun(call, request, url) {
    call.model = modelOf(request.headers);
    if (request.method !== "POST" || !RUN_PATHS.has(url.pathname)) {
      throw new ServiceError(7003, `The local service does not answer ${request.method} ${url.pathname}`);
    }
    let rawBody;
    const { maxBodyBytes } = this.#options;
    if (url.searchParams.has("userInputs")) {
      const { userInputs, version, ...options } = Object.fromEntries(url.searchParams);
      call.inputs = parseInputs(userInputs);
      call.options = options;
      const passes = await this.#service.passesThrough();
      if (passes && !this.#service.recordings.writes) rawBody = request.body;
      else {
        const contentType = request.headers.get("content-type") ?? "application/octet-stream";
        call.raw = { bytes: await readBytes(request, maxBodyBytes), contentType };
        if (passes) rawBody = call.raw.bytes;
      }
    } else {
      const { inputs, options } = await readJson(request, maxBodyBytes);
      if (inputs === null || typeof inputs !== "object")
        throw new ServiceError(5006, "Bad input: Error: required properties at '/' are 'inputs'");
      call.inputs = inputs;
      call.options = options ?? {};
    }
    if (url.pathname.startsWith("/ai-gateway/")) call.gateway = { id: "default", ...call.options.gateway };
    call.forward = (engine) => {
      const { model, inputs, options, headers, signal } = call;
      return engine.forwardBinding({ model, inputs, options, headers, rawBody, signal });
    };
  }

  /** Fallbacks of a gateway. Answers as the provider does: here, as the REST API. */
  async #universal(request, url, id) {
    const call = newCall("binding", request, url);
    let answer;
    await reading(call, async () => {
      const options = { ...this.#options, gateway: { id } };
      answer = await answerUniversal(this.#service, request, url, options);
    });
    return answer ?? this.#service.respond(call, envelopeFace);
  }
}

/** An option of the binding adds a prefix and a colon to the id. */
const modelOf = (headers) => (headers.get(MODEL_HEADER) ?? "").replace(/^[^@:]*:/, "");

function otherRoute(method, pathname) {
  const found = OTHER_ROUTES.find(([own, path]) => own === method && path === pathname);
  if (!found) return findGatewayRoute(method, pathname) ?? findRunRoute(method, pathname);
  const [, , operation, body, restPath] = found;
  return { operation, body, restPath, groups: {} };
}

/** The same request to Cloudflare's REST API. */
async function forwarder({ operation, restPath }, request, url, { maxBodyBytes }) {
  const { method, headers, signal } = request;
  const passed = { method, headers, search: url.search, signal };
  if (!restPath) {
    const path = url.pathname.slice("/ai-gateway".length);
    return (engine) => engine.forwardRest({ ...passed, area: "/ai-gateway", path, body: request.body });
  }
  if (operation === "websearch")
    return (engine) => engine.forwardRest({ ...passed, path: restPath, body: request.body });
  if (operation !== "tomarkdown") return (engine) => engine.forwardRest({ ...passed, path: restPath });
  const { files, options } = await readJson(request, maxBodyBytes);
  const form = new FormData();
  for (const { name, mimeType, data } of files ?? [])
    form.append(
      "files",
      new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: mimeType }),
      name,
    );
  if (options?.conversionOptions) form.append("conversionOptions", JSON.stringify(options.conversionOptions));
  const { body, headers: formHeaders } = new Response(form);
  const sent = new Headers(headers);
  sent.set("content-type", formHeaders.get("content-type"));
  return (engine) => engine.forwardRest({ ...passed, path: restPath, headers: sent, body });
}

function parseInputs(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(5006, "Bad input: Error: userInputs is not valid JSON");
  }
}
