import type { CallOptions, WorkersAI } from "./index.js";

/** The options of {@link serveOpenAI}. */
export interface ServeOptions {
  /**
   * The models that may be asked: a list of ids, or an object of names and the ids that they stand for, such as
   * `{ "gpt-4o-mini": "@cf/meta/llama-3.3-70b-instruct-fp8-fast" }`. Others are answered with 404. Default: every model, under its own id.
   */
  models?: readonly string[] | { readonly [name: string]: string } | undefined;
  /** The largest body of a request, in bytes; a larger one is answered with 413. Default: 64 MiB. */
  maxBodyBytes?: number | undefined;
  /**
   * Options of each call of the client, such as its gateway and limits of time. `maxRetries` is 0 where the SDK that asks says that it retries by
   * itself, as `openai` and `@anthropic-ai/sdk` do.
   */
  options?: CallOptions | undefined;
}

/** What {@link serveOpenAI} gives: the options of an SDK, or a part of them. */
export interface OpenAIServer {
  /** A `fetch` that answers by itself: whatever host it is asked, only the end of the path counts. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The same as a handler of requests, for a server. It never rejects: what fails is a reply. */
  handler: (request: Request) => Promise<Response>;
  /** A base URL of no host, which ends with `/v1`. */
  baseURL: string;
  /** A key without a meaning, for SDKs that want one: the client has the credential. */
  apiKey: string;
  /** There is no key that a page could give away. */
  dangerouslyAllowBrowser: true;
}

/**
 * OpenAI's HTTP interface, and Anthropic's `/v1/messages`, over a client of any door.
 *
 * `/v1/chat/completions`, `/v1/responses`, `/v1/messages`, `/v1/embeddings`, `/v1/models`, `/v1/images/generations`, `/v1/images/edits`,
 * `/v1/audio/speech`, `/v1/audio/transcriptions`, `/v1/audio/translations` and `/v1/rerank`, streamed where theirs are. A failure has the status,
 * the body and the headers by which the SDKs make their own errors, and ask again only where that may help. What has no counterpart (`n` above 1,
 * stored responses, tools that OpenAI runs) is refused with 400, and the parameter is named.
 *
 * @throws {WorkersAIError} `INVALID_INPUT` with the field, for what is no client or no option
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
   * Who may ask, at the account's cost? Nothing but `true` lets a request through; a `Response` is the refusal, and anything else is answered with
   * 401. What it throws is logged, and answered with 500.
   */
  authorize: (request: Request, env: Env, context: any) => boolean | Response | Promise<boolean | Response>;
  /** The client. Default: `new WorkersAI({ binding: env.AI })`. */
  client?: ((env: Env, request: Request) => WorkersAI | Promise<WorkersAI>) | undefined;
}

/**
 * A Worker that turns its account into an endpoint for OpenAI's and Anthropic's SDKs, for all tasks.
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
