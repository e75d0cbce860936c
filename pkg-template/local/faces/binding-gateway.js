// `env.AI.gateway(id)`: the same requests and errors as the runtime's own class.

import { BindingError } from "./binding-errors.js";

const JSON_TYPE = { "content-type": "application/json" };

export class LocalGateway {
  #id;
  #call;

  /** @param {(request: { path: string, init: RequestInit }) => Promise<Response>} call */
  constructor(id, call) {
    this.#id = id;
    this.#call = call;
  }

  async getUrl(provider = "universal") {
    const response = await this.#request(`url/${provider}`, { method: "GET" });
    if (!response.ok) throw await errorFrom(response, "AiGatewayInternalError");
    return (await response.json()).result.url;
  }

  async getLog(logId) {
    const response = await this.#request(`logs/${logId}`, { method: "GET" });
    if (!response.ok) throw await logError(response);
    const { result } = await response.json();
    return { ...result, created_at: new Date(result.created_at) };
  }

  async patchLog(logId, patch) {
    const init = { method: "PATCH", headers: JSON_TYPE, body: JSON.stringify(patch) };
    const response = await this.#request(`logs/${logId}`, init);
    if (!response.ok) throw await logError(response);
  }

  /** Never throws for a reply, regardless of its status. Header values are converted to strings. */
  run(steps, { extraHeaders, signal } = {}) {
    const spelled = [steps].flat().map((step) => ({ ...step, headers: asTexts(step.headers) }));
    const headers = { ...JSON_TYPE, ...extraHeaders };
    const init = { method: "POST", headers, body: JSON.stringify(spelled), signal };
    return this.#call({ path: `/ai-gateway/universal/run/${this.#id}`, init });
  }

  #request(path, init) {
    return this.#call({ path: `/ai-gateway/gateways/${this.#id}/${path}`, init });
  }
}

const asTexts = (headers = {}) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );

const logError = (response) =>
  errorFrom(response, response.status === 404 ? "AiGatewayLogNotFound" : "AiGatewayInternalError");

async function errorFrom(response, name) {
  const { errors } = await response.json().catch(() => ({}));
  return new BindingError(errors?.[0]?.message ?? "Internal Error", name);
}
