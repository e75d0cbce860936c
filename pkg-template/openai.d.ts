import type { CallOptions, WorkersAI } from "./index.js";

/** The options of {@link serveOpenAI}. */
export interface ServeOptions {
  /**
   * The models that may be asked: a list of ids, or an object of names and the ids that they stand for, such as
   * `{ "gpt-4o-mini": "@cf/qwen/qwen3-30b-a3b-fp8" }`. Default: every model, under its own id.
   */
  models?: readonly string[] | { readonly [name: string]: string } | undefined;
  /** The largest body of a request, in bytes. Default: 64 MiB. */
  maxBodyBytes?: number | undefined;
  /** Options of each call of the client, such as its gateway and limits of time. */
  options?: CallOptions | undefined;
}

/** What {@link serveOpenAI} gives: it can be spread into the options of an SDK. */
export interface OpenAIServer {
  /** A `fetch` that answers by itself: whatever host it is asked, only the end of the path counts. */
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** The same as a handler of requests, for a server. */
  handler: (request: Request) => Promise<Response>;
  /** A base URL of no host, which ends with `/v1`. */
  baseURL: string;
  /** A key of no meaning, for SDKs that want one. */
  apiKey: string;
  /** There is no key that a page could give away. */
  dangerouslyAllowBrowser: true;
}

/** OpenAI's HTTP interface over a client of any door. */
export function serveOpenAI(ai: WorkersAI, options?: ServeOptions): OpenAIServer;

/** The options of {@link openaiWorker}. */
export interface OpenAIWorkerOptions<Env> extends ServeOptions {
  /** Who may ask, at the account's cost? Nothing but `true` lets a request through; a `Response` is the refusal. */
  authorize: (
    request: Request,
    env: Env,
    context: unknown,
  ) => boolean | Response | Promise<boolean | Response>;
  /** The client. Default: `new WorkersAI({ binding: env.AI })`. */
  client?: ((env: Env, request: Request) => WorkersAI | Promise<WorkersAI>) | undefined;
}

/** A Worker that turns its account into an endpoint for OpenAI's SDKs. */
export function openaiWorker<Env = any>(
  options: OpenAIWorkerOptions<Env>,
): { fetch(request: Request, env: Env, context: unknown): Promise<Response> };
