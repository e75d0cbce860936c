// `env.AI` as an object: the same requests, results, properties and errors as the runtime's own class.

import { socketPair } from "../sockets/pair.js";
import { orAborted } from "../streams/abort.js";
import { BindingError, misuse } from "./binding-errors.js";
import { LocalGateway } from "./binding-gateway.js";
import { LocalMarkdown } from "./binding-markdown.js";

const ORIGIN = "https://workers-binding.ai";

const isStreamLike = (value) =>
  value instanceof ReadableStream || (typeof FormData !== "undefined" && value instanceof FormData);

export class LocalAI {
  /** The request id of the latest call. It belongs to the binding: concurrent calls overwrite it. */
  lastRequestId = null;
  aiGatewayLogId = null;
  lastRequestHttpStatusCode = null;
  lastRequestInternalStatusCode = null;
  #send;

  /** @param {(request: Request) => Promise<Response>} send answers the binding's own requests */
  constructor(send) {
    this.#send = send;
  }

  fetch(input, init) {
    return this.#send(requestWith(input, init));
  }

  async run(model, inputs, options = {}) {
    this.lastRequestId = "";
    const { prefix, extraHeaders, sessionOptions, signal, ...sent } = options;
    const headers = {
      ...extraHeaders,
      "cf-consn-sdk-version": "2.0.0",
      "cf-consn-model-id": prefix ? `${prefix}:${model}` : model,
    };
    const response = sent.websocket
      ? await this.#connect(inputs, sent, headers, signal)
      : await this.#call(requestFor(inputs, sent, headers), signal);

    this.lastRequestId = response.headers.get("cf-ai-req-id");
    this.aiGatewayLogId = response.headers.get("cf-aig-log-id");
    this.lastRequestHttpStatusCode = response.status;
    if (sent.returnRawResponse || sent.websocket) return response;
    if (!response.ok || !response.body) throw await this.#errorFrom(response);
    return response.headers.get("content-type") === "application/json" ? response.json() : response.body;
  }

  async models(params = {}) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(params))
      if (value !== undefined && value !== null) query.set(name, String(value));
    const response = await this.#call({ path: `/ai-api/models/search?${query}`, init: { method: "GET" } });
    const { result, errors } = await response.json();
    if (!response.ok) throw misuse(errors?.[0]?.message ?? "The models could not be listed");
    return result;
  }

  /** A search of the web by a gateway. Resolves whatever the status is. */
  websearch(request, { extraHeaders } = {}) {
    const headers = { ...extraHeaders, "content-type": "application/json" };
    return this.#call({
      path: "/ai-api/websearch",
      init: { method: "POST", headers, body: JSON.stringify(request) },
    });
  }

  gateway(id) {
    return new LocalGateway(id, (request) => this.#call(request));
  }

  /** The conversion service or, if files are passed, their conversion. */
  toMarkdown(files, options) {
    const converter = new LocalMarkdown((request) => this.#call(request));
    return files === undefined ? converter : converter.transform(files, options);
  }

  /** @deprecated always empty, as in the runtime */
  getLogs() {
    return [];
  }

  #call({ path, init }, signal = init.signal) {
    return orAborted(this.#send(requestWith(ORIGIN + path, { ...init, signal })), signal);
  }

  /** A response with a `webSocket`. Outside of Workers a real `Response` cannot have the status 101. */
  async #connect(inputs, options, headers, signal) {
    const path = options.gateway?.id ? "/ai-gateway/run" : "/run";
    const query = new URLSearchParams({ version: "3", body: JSON.stringify({ inputs, options }) });
    const request = requestWith(`${ORIGIN}${path}?${query}`, {
      headers: { ...headers, upgrade: "websocket" },
      signal,
    });
    const connection = await orAborted(this.#send.connect(request), signal);
    if (connection.answer) return connection.answer.toResponse();
    const { client, server } = socketPair();
    connection.start(server);
    return {
      status: 101,
      ok: false,
      headers: new Headers(connection.headers),
      body: null,
      webSocket: client,
    };
  }

  async #errorFrom(response) {
    const text = await response.text();
    let parsed;
    try {
      parsed = JSON.parse(text);
    } catch {
      return new BindingError(text, "InferenceUpstreamError");
    }
    if (parsed?.internalCode) {
      this.lastRequestInternalStatusCode = parsed.internalCode;
      return new BindingError(`${parsed.internalCode}: ${parsed.description}`, parsed.name);
    }
    const [first] = Array.isArray(parsed?.errors) ? parsed.errors : [];
    return new BindingError(first ? `${first.code}: ${first.message}` : text, "InferenceUpstreamError");
  }
}

/**
 * A request whose `signal` is the caller's own. A `Request` references the signal that it was created with
 * only weakly: after it was garbage collected, an abort has no effect.
 */
function requestWith(input, init) {
  const request = new Request(input, init);
  const from = init?.signal ? init : input;
  // A getter, so that the request it was created from is referenced too.
  if (from.signal) Object.defineProperty(request, "signal", { get: () => from.signal });
  return request;
}

/** The request for the binding's inputs: JSON, or the only stream among them as the body. */
function requestFor(inputs, options, headers) {
  const streams = Object.entries(inputs ?? {}).filter(
    ([, value]) => isStreamLike(value) || isStreamLike(value?.body),
  );
  if (streams.length > 1)
    throw misuse(
      `Multiple ReadableStreams are not supported. Found streams in keys: ${streams.map(([key]) => key).join(", ")}`,
    );
  if (streams.length === 0) {
    const path = options.gateway?.id ? "/ai-gateway/run?version=3" : "/run?version=3";
    return {
      path,
      init: {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ inputs, options }),
      },
    };
  }
  const [[key, { body, contentType }]] = streams;
  if (options.gateway?.id) throw misuse("AI Gateway does not support ReadableStreams yet.");
  if (!body || !contentType) throw misuse(`The stream input "${key}" must be { body, contentType }`);
  const { [key]: streamed, ...others } = inputs;
  const query = new URLSearchParams({ version: "3", userInputs: JSON.stringify(others) });
  for (const [name, value] of Object.entries(options)) query.set(name, String(value));
  return {
    path: `/run?${query}`,
    init: { method: "POST", headers: { ...headers, "content-type": contentType }, body, duplex: "half" },
  };
}
