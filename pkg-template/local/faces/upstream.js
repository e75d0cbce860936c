// What the genuine binding's own code talks to: `POST /run?version=3` with `{ inputs, options }`, the model in a header.

import { ServiceError } from "../errors.js";
import { readBytes, readJson } from "./body.js";
import { nativeFace } from "./native.js";

const MODEL_HEADER = "cf-consn-model-id";
const RUN_PATHS = new Set(["/run", "/ai-gateway/run"]);
const MODELS_PATH = "/ai-api/models/search";
const TASK_NAMES = { "text-generation": "Text Generation", "text-embeddings": "Text Embeddings" };

export class UpstreamFace {
  #service;
  #options;

  /** @param {{ maxBodyBytes: number }} options */
  constructor(service, options) {
    this.#service = service;
    this.#options = options;
  }

  handles({ pathname }, headers) {
    return (
      headers.has(MODEL_HEADER) || pathname === MODELS_PATH || headers.get("host") === "workers-binding.ai"
    );
  }

  async respond(request, url) {
    if (request.method === "GET" && url.pathname === MODELS_PATH) return this.#listModels(url);
    const call = {
      face: "binding",
      operation: "run",
      model: "",
      inputs: {},
      options: {},
      headers: request.headers,
      signal: request.signal,
    };
    try {
      await this.#read(call, request, url);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      call.refused = error;
    }
    return this.#service.respond(call, nativeFace);
  }

  async #read(call, request, url) {
    // An option of the binding puts a prefix and a colon before the id.
    call.model = (request.headers.get(MODEL_HEADER) ?? "").replace(/^[^@:]*:/, "");
    if (request.method !== "POST" || !RUN_PATHS.has(url.pathname)) {
      throw new ServiceError(7003, `The local service does not answer ${request.method} ${url.pathname}`);
    }
    let rawBody;
    const { maxBodyBytes } = this.#options;
    if (url.searchParams.has("userInputs")) {
      const { userInputs, version, ...options } = Object.fromEntries(url.searchParams);
      call.inputs = parseInputs(userInputs);
      call.options = options;
      if (await this.#service.passesThrough()) rawBody = request.body;
      else {
        const contentType = request.headers.get("content-type") ?? "application/octet-stream";
        call.raw = { bytes: await readBytes(request, maxBodyBytes), contentType };
      }
    } else {
      const { inputs, options } = await readJson(request, maxBodyBytes);
      if (inputs === null || typeof inputs !== "object")
        throw new ServiceError(5006, "Bad input: Error: required properties at '/' are 'inputs'");
      call.inputs = inputs;
      call.options = options ?? {};
    }
    if (url.pathname.startsWith("/ai-gateway/")) call.gatewayId = call.options.gateway?.id ?? "default";
    call.forward = (engine) => {
      const { model, inputs, options, headers, signal } = call;
      return engine.forwardBinding({ model, inputs, options, headers, rawBody, signal });
    };
  }

  #listModels({ searchParams }) {
    const [search, task] = [searchParams.get("search") ?? "", searchParams.get("task")];
    const result = this.#service.models
      .list()
      .filter((model) => model.id.includes(search) && (!task || TASK_NAMES[model.task] === task))
      .map((model) => ({
        name: model.id,
        source: model.id.startsWith("@hf/") ? 2 : 1,
        task: { name: TASK_NAMES[model.task] },
        properties: [{ property_id: "context_window", value: String(model.contextWindow) }],
      }));
    return Response.json({ result, success: true, errors: [], messages: [] });
  }
}

function parseInputs(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError(5006, "Bad input: Error: userInputs is not valid JSON");
  }
}
