// OpenAI's interface, and Anthropic's, for all tasks: below `/v1` of the server itself, and below `/ai/v1`
// where the service has no such endpoint. It is the client's own, `workers-ai-wasm/openai`, over a binding
// to this very service.

import { Answer } from "../streams/answer.js";
import { LocalAI } from "./binding.js";

const OWN_PATH = /^\/v[12]\/./;
/** Endpoints below `/ai` that only this interface has. */
const LACKING =
  /^\/v[12]\/(?:images\/(?:generations|edits)|audio\/(?:speech|transcriptions|translations)|rerank)\/?$/;

export class OpenAIFace {
  #send;
  #options;
  #serving;

  /**
   * @param {(request: Request) => Promise<Response>} send answers the binding's requests
   * @param {{ apiToken?: string, maxBodyBytes: number }} options
   */
  constructor(send, options) {
    this.#send = send;
    this.#options = options;
  }

  handles({ pathname }) {
    return OWN_PATH.test(pathname);
  }

  /** True if a path below `/ai` belongs to this interface only. */
  completes(path) {
    return LACKING.test(path);
  }

  respond(request) {
    const { apiToken } = this.#options;
    const bearer = request.headers.get("authorization")?.replace(/^Bearer\s+/i, "");
    const isKnown = [bearer, request.headers.get("x-api-key")].includes(apiToken);
    return apiToken === undefined || isKnown ? this.answer(request) : unauthorized();
  }

  /** Answers a request whose token was already checked. */
  async answer(request) {
    const { WorkersAI, serveOpenAI } = await (this.#serving ??= load());
    const ai = new WorkersAI({ binding: new LocalAI(this.#send) });
    const fault = request.headers.get("x-local-fault");
    const options = fault === null ? {} : { headers: { "x-local-fault": fault } };
    const { handler } = serveOpenAI(ai, { maxBodyBytes: this.#options.maxBodyBytes, options });
    return Answer.of(await handler(request.toRequest?.() ?? request));
  }
}

/** The client, which is loaded by this interface only. */
async function load() {
  const [{ WorkersAI }, { serveOpenAI }] = await Promise.all([
    import("workers-ai-wasm"),
    import("workers-ai-wasm/openai"),
  ]);
  return { WorkersAI, serveOpenAI };
}

/** An error in a format for both SDKs. */
function unauthorized() {
  const message = "The key is not the local service's token.";
  const error = { message, type: "authentication_error", param: null, code: "invalid_api_key" };
  return Answer.json({ type: "error", error }, { status: 401, headers: { "x-should-retry": "false" } });
}
