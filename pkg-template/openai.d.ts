import type { CallOptions, WorkersAI } from "./index.js";

/** The options of {@link serveOpenAI}. */
export interface ServeOptions {
  /**
   * The models that may be called: a list of ids, or an object from names to ids, such as
   * `{ "gpt-4o-mini": "@cf/meta/llama-3.3-70b-instruct-fp8-fast" }`. Requests for others are answered with 404.
   * Default: every model, by its id.
   */
  models?: readonly string[] | { readonly [name: string]: string } | undefined;
  /** Limit of a request body in bytes; a larger one is answered with 413. Default: 64 MiB. */
  maxBodyBytes?: number | undefined;
  /**
   * Options of each call of the client, such as its gateway and timeouts. `maxRetries` is 0 for requests of an SDK
   * that announces its own retries, as `openai` and `@anthropic-ai/sdk` do.
   */
  options?: CallOptions | undefined;
}

/** The result of {@link serveOpenAI}: options for the constructor of an SDK. */
export interface OpenAIServer {
  /** A `fetch` that answers without the network, for any host; only the end of the path matters. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** A request handler for a server. It never rejects; failures are responses. */
  handler: (request: Request) => Promise<Response>;
  /** A base URL that ends with `/v1` and has a host that does not exist. */
  baseURL: string;
  /** A placeholder for SDKs that require a key; the client has the credential. */
  apiKey: string;
  /** True, since there is no key that a page could reveal. */
  dangerouslyAllowBrowser: true;
}

/**
 * Implements OpenAI's HTTP interface, and Anthropic's `/v1/messages`, on top of a client.
 *
 * The paths are `/v1/chat/completions`, `/v1/responses`, `/v1/messages`, `/v1/embeddings`, `/v1/models`,
 * `/v1/images/generations`, `/v1/images/edits`, `/v1/audio/speech`, `/v1/audio/transcriptions`,
 * `/v1/audio/translations` and `/v1/rerank`, streamed as the originals are. A failure has the status, body and headers
 * from which the SDKs create their own errors, so that they retry only if it may help. A parameter without a
 * counterpart (`n` above 1, stored responses, OpenAI's hosted tools) is rejected with 400 and named.
 *
 * @throws {WorkersAIError} `INVALID_INPUT` with the field, for an argument that is not a client, or an unknown option
 *
 * @example
 * ```ts
 * import OpenAI from "openai";
 * import { WorkersAI } from "workers-ai-wasm";
 * import { serveOpenAI } from "workers-ai-wasm/openai";
 *
 * const client = new OpenAI(serveOpenAI(new WorkersAI({ binding: env.AI })));
 * const { choices } = await client.chat.completions.create({
 *   model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
 *   messages: [{ role: "user", content: "Hello" }],
 * });
 * ```
 */
export function serveOpenAI(ai: WorkersAI, options?: ServeOptions): OpenAIServer;

/** The options of {@link openaiWorker}. */
export interface OpenAIWorkerOptions<Env> extends ServeOptions {
  /**
   * Decides whether a request is allowed, at the account's cost. Only `true` allows it. A `Response` is sent as the
   * answer; anything else is answered with 401. An exception is logged and answered with 500.
   */
  authorize: (request: Request, env: Env, context: any) => boolean | Response | Promise<boolean | Response>;
  /** The client. Default: `new WorkersAI({ binding: env.AI })`. */
  client?: ((env: Env, request: Request) => WorkersAI | Promise<WorkersAI>) | undefined;
}

/**
 * Creates a Worker that is an endpoint for OpenAI's and Anthropic's SDKs, for all tasks, on its account.
 *
 * @throws {WorkersAIError} `INVALID_INPUT` without `authorize`
 *
 * @example
 * ```ts
 * import { openaiWorker } from "workers-ai-wasm/openai";
 *
 * export default openaiWorker({
 *   authorize: (request, env) => request.headers.get("authorization") === `Bearer ${env.KEY}`,
 *   models: ["@cf/meta/llama-3.3-70b-instruct-fp8-fast"],
 * });
 * ```
 */
export function openaiWorker<Env = any>(
  options: OpenAIWorkerOptions<Env>,
): { fetch(request: Request, env: Env, context: any): Promise<Response> };
