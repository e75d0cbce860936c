// Forwards requests to Cloudflare with unchanged bytes, under the configured account and token.

import { ServiceError } from "../errors.js";
import { gatewayToHeaders } from "../gateway/settings.js";

const API = "https://api.cloudflare.com/client/v4";

/** Headers that belong to one hop, to this service, or to the caller's own credentials. */
const DROPPED = new Set(
  "authorization connection content-length cookie host keep-alive origin proxy-authorization referer te trailer transfer-encoding upgrade x-auth-email x-auth-key x-local-fault accept-encoding".split(
    " ",
  ),
);

export class Cloudflare {
  name = "cloudflare";
  description = "Cloudflare Workers AI";
  #options;

  /** @param {{ accountId: string, apiToken: string, baseURL?: string, fetch?: typeof fetch }} options */
  constructor(options) {
    this.#options = { fetch: (...args) => fetch(...args), ...options };
  }

  /** Passes a REST request on: same method, path below `/ai`, query, headers and body. */
  async forwardRest({ method, area = "/ai", path, search = "", headers, body, signal }) {
    return this.#send(path + search, { method, headers: passed(headers), body, signal }, area);
  }

  /**
   * Converts a binding call to a REST call, and its answer to that of the binding's upstream: without an
   * envelope, with errors in its own format.
   */
  async forwardBinding({ model, inputs, options, headers, rawBody, signal }) {
    const { gateway, queueRequest, rejectIfBusy } = options;
    const out = passed(headers);
    for (const name of ["cf-consn-model-id", "cf-consn-sdk-version"]) out.delete(name);
    for (const [header, value] of gatewayToHeaders(gateway)) out.set(header, value);
    const query = new URLSearchParams(queueRequest ? { queueRequest: "true" } : {});
    if (rawBody) for (const [key, value] of Object.entries(inputs)) query.set(key, String(value));
    if (!rawBody) out.set("content-type", "application/json");
    const body = rawBody ?? JSON.stringify(rejectIfBusy ? { ...inputs, options: { rejectIfBusy } } : inputs);
    const search = query.toString() === "" ? "" : `?${query}`;
    return unwrapped(
      await this.#send(`/run/${model}${search}`, { method: "POST", headers: out, body, signal }),
    );
  }

  async #send(path, init, area = "/ai") {
    const { accountId, apiToken, baseURL, fetch: send } = this.#options;
    init.headers.set("authorization", `Bearer ${apiToken}`);
    const base = (baseURL ?? `${API}/accounts/${accountId}/ai`).replace(/\/+$/, "").replace(/\/ai$/, area);
    let response;
    try {
      response = await send(base + path, { ...init, ...(init.body ? { duplex: "half" } : {}) });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ServiceError(500, "Cloudflare can't be reached", { status: 502 });
    }
    return new Response(response.body, {
      status: response.status,
      statusText: response.statusText,
      headers: decoded(response.headers),
    });
  }
}

function passed(headers) {
  const out = new Headers();
  for (const [name, value] of headers) if (!DROPPED.has(name)) out.append(name, value);
  return out;
}

/** `fetch` has already decoded the transfer encoding and the length. */
function decoded(headers) {
  const out = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"])
    out.delete(name);
  return out;
}

async function unwrapped(response) {
  if (!(response.headers.get("content-type") ?? "").startsWith("application/json")) return response;
  const { status, headers } = response;
  const text = await response.text();
  const json = { status, headers: new Headers(headers) };
  json.headers.set("content-type", "application/json");
  let envelope;
  try {
    envelope = JSON.parse(text);
  } catch {
    return new Response(text, { status, headers });
  }
  const [error] = envelope?.errors ?? [];
  if (error && (status >= 400 || envelope.success === false)) {
    const native = {
      internalCode: Number(error.code),
      name: "AiError",
      description: String(error.message).replace(/^(AiError: )+/, ""),
      httpCode: status,
    };
    return new Response(JSON.stringify(native), { ...json, status: status >= 400 ? status : 500 });
  }
  const isEnvelope =
    envelope !== null && typeof envelope === "object" && "result" in envelope && "success" in envelope;
  return new Response(isEnvelope ? JSON.stringify(envelope.result) : text, json);
}
