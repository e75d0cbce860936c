import type { ModelTask } from "../catalog.js";

/** A task's name in the catalogue, such as `"Text Generation"`. */
export type TaskName = ModelTask;

/** The target of requests. */
export interface ProxyUpstream {
  /** `env.AI` of a Worker. */
  binding?: { run(model: string, inputs: object, options?: object): Promise<unknown> };
  /** The Cloudflare account, 32 hexadecimal characters. */
  accountId?: string;
  /** A token with the permission "Workers AI Read". It never leaves the proxy. */
  apiToken?: string;
  /** Replaces the service's base URL, up to but without `/run`. */
  baseURL?: string | URL;
  /** An AI Gateway for all requests. */
  gateway?: string | { id: string };
  /** Replaces the global `fetch`. */
  fetch?: (input: string, init: RequestInit) => Promise<Response>;
}

/** What a hook receives about a request; never its body. */
export interface ProxyRequestFacts {
  endpoint: "run" | "models" | "tomarkdown" | "v1" | "finetunes" | "websearch";
  /** The model in the URL; absent if it is in the body, as below `/v1`, or if there is none. */
  model?: string;
  /** Its task, if it is in the catalogue. */
  task?: TaskName;
  method: "GET" | "POST";
  websocket: boolean;
}

/**
 * The options of `createProxy`. `Context` is what the runtime passes beside the request: `[env, ctx]` in a
 * Worker.
 */
export interface ProxyOptions<Context extends unknown[] = unknown[]> extends ProxyUpstream {
  /** The allowed models, or a function that decides. There is no default: pass this or `tasks`. */
  models?: readonly string[] | ((model: string, task: TaskName | undefined) => boolean);
  /** Tasks whose models in the catalogue are allowed. */
  tasks?: readonly TaskName[];
  /** The path of the proxy, as in the client's `baseURL`. Default: `"/ai"`. */
  path?: string;
  /**
   * The endpoints that are offered. Default: `["run"]`. `"v1"`: the APIs of OpenAI and Anthropic below `/v1`,
   * for their SDKs and for `chat`, `embeddings` and `responses` of the client. They are implemented by
   * `workers-ai-wasm/openai`, which is loaded with the first such request, over either upstream. Its list of
   * models contains the allowed ones. `"finetunes"`: pages can list the account's finetunes and create new
   * ones; restrict it with `authorize`. `"websearch"`: pages can search the web, at the account's cost.
   */
  endpoints?: readonly ("run" | "models" | "tomarkdown" | "v1" | "finetunes" | "websearch")[];
  /** Accept asynchronous batches. Default: false. */
  batch?: boolean;
  /** Limit of a request's body in bytes. Default: 4 MiB. */
  maxBodyBytes?: number;
  /**
   * Other origins whose pages may use the proxy, such as `"https://app.example.com"`. Default: its own only.
   * Behind a TLS-terminating reverse proxy its own origin appears as `http:`, so list the one that browsers
   * see.
   */
  origins?: readonly string[];
  /**
   * Names of this host, such as `"app.example.com"` or, for one port, `"app.example.com:8443"`: requests to
   * other names are rejected. Without it a page of another site could point its own name here and appear as
   * same-origin (DNS rebinding). Default: any name, except behind `toNodeListener` over plain HTTP: there a
   * connection from the same machine must be to `localhost` or a loopback address, and those are accepted
   * from the same machine only. Set it behind a reverse proxy on the same machine.
   */
  hosts?: readonly string[];
  /**
   * Headers of the page that are forwarded to the service, besides `accept` and `x-session-affinity`, such as
   * `"cf-aig-metadata"`. Credentials, cookies, and headers that describe the connection or select a gateway
   * are never forwarded.
   */
  forwardHeaders?: readonly string[];
  /**
   * Headers of the service that are returned to the page, besides those about the model's answer, such as
   * `"cf-aig-log-id"`.
   */
  exposeHeaders?: readonly string[];
  /**
   * Returns the target of a request, in place of the fields above, such as `(request, env) => ({ binding:
   * env.AI })`.
   */
  upstream?: (request: Request, ...context: Context) => ProxyUpstream | Promise<ProxyUpstream>;
  /**
   * Authorizes a request: `true` permits it, any other value answers 401. If it is set, requests without an
   * `Origin` header, which only browsers send, are accepted as well.
   */
  authorize?: (request: Request, facts: ProxyRequestFacts, ...context: Context) => boolean | Promise<boolean>;
  /**
   * Limits the rate: `true` permits a request; `false` or `{ retryAfterMs }` answers 429, any other value
   * 500.
   */
  rateLimit?: (
    request: Request,
    facts: ProxyRequestFacts,
    ...context: Context
  ) => boolean | { retryAfterMs?: number } | Promise<boolean | { retryAfterMs?: number }>;
  /**
   * Changes the inputs, or returns others: to cap `max_tokens`, or to add a system prompt. It is called once
   * per request, with whatever is sent to the service: a JSON body of any content type; the fields of a form
   * (numbers and booleans converted, a `prompt` as text, files as `File`); raw media as a `Uint8Array` under
   * the model's input name, such as `audio`, with the parameters of the query; the query of a WebSocket. For
   * a batch it is called for each of its requests; for a request below `/v1` with the inputs of the resulting
   * run (`messages`, or `text` of embeddings) and the facts of that run: `endpoint: "run"`. `undefined` keeps
   * the object that was passed in; any other value that is not an object answers 500.
   */
  transform?: (
    input: Record<string, unknown>,
    facts: ProxyRequestFacts,
    ...context: Context
  ) => Record<string, unknown> | undefined | Promise<Record<string, unknown> | undefined>;
  /** Called for internal errors of the proxy. Default: `console.error`. */
  onError?: (error: unknown) => void;
}

/**
 * The server side of the client's `baseURL`: a request handler between web pages and Workers AI. It holds the
 * credential, accepts only the allowed models, only from pages of its own origin and within the limits, and
 * filters headers in both directions. Streams are passed through unbuffered; when the page disconnects, its
 * request to the service is cancelled.
 *
 * @throws {WorkersAIError} `CONFIG`, with the invalid option in `field`
 *
 * @example In a Worker
 * ```ts
 * const ai = createProxy({
 *   models: ["@cf/meta/llama-3.3-70b-instruct-fp8-fast"],
 *   upstream: (request: Request, env: Env) => ({ binding: env.AI }),
 * });
 * export default { fetch: (request, env) => ai(request, env) };
 * ```
 * @example In Node
 * ```ts
 * const ai = createProxy({ tasks: ["Text Generation"], accountId, apiToken, authorize: (request) => isSignedIn(request) });
 * http.createServer(toNodeListener(ai)).listen(8080);
 * ```
 */
export function createProxy<Context extends unknown[] = unknown[]>(
  options: ProxyOptions<Context>,
): ProxyHandler<Context>;

/** The handler that {@link createProxy} returns. */
export interface ProxyHandler<Context extends unknown[] = unknown[]> {
  (request: Request, ...context: Context): Promise<Response>;
  /** For {@link toNodeUpgradeListener}. */
  connect(request: Request, ...context: Context): Promise<unknown>;
}

/** Converts a handler to a listener for a server of Node's `http`, `https` or `http2`. */
export function toNodeListener(
  handler: (request: Request) => Promise<Response>,
): (request: unknown, response: unknown) => Promise<void>;

/**
 * Converts a proxy to a listener for the same server's event `"upgrade"`, for the realtime models: WebSockets
 * of pages are checked like other requests, and connected to the service's. Over HTTP only; in a Worker the
 * proxy itself accepts them.
 *
 * @example
 * ```ts
 * const server = http.createServer(toNodeListener(ai));
 * server.on("upgrade", toNodeUpgradeListener(ai));
 * ```
 */
export function toNodeUpgradeListener(
  handler: ProxyHandler,
): (request: unknown, socket: unknown, head: unknown) => Promise<void>;
