import type { ModelTask } from "../catalog.js";

/** A task's name, as the catalogue has it, such as `"Text Generation"`. */
export type TaskName = ModelTask;

/** Where requests go. */
export interface ProxyUpstream {
  /** `env.AI` of a Worker. */
  binding?: { run(model: string, inputs: object, options?: object): Promise<unknown> };
  /** The Cloudflare account, 32 hexadecimal characters. */
  accountId?: string;
  /** A token with the permission "Workers AI Read". It stays in the proxy. */
  apiToken?: string;
  /** In the place of the service's address, up to and without `/run`. */
  baseURL?: string | URL;
  /** An AI Gateway through which everything goes. */
  gateway?: string | { id: string };
  /** In the place of the global `fetch`. */
  fetch?: (input: string, init: RequestInit) => Promise<Response>;
}

/** What a hook is told of a request; never its body. */
export interface ProxyRequestFacts {
  endpoint: "run" | "models" | "tomarkdown" | "v1" | "finetunes" | "websearch";
  /** The model in the address; absent where it is in the body, as below `/v1`, or where there is none. */
  model?: string;
  /** Its task, if the catalogue knows it. */
  task?: TaskName;
  method: "GET" | "POST";
  websocket: boolean;
}

/** What `createProxy` takes. `Context` is what the runtime passes beside the request: `[env, ctx]` in a Worker. */
export interface ProxyOptions<Context extends unknown[] = unknown[]> extends ProxyUpstream {
  /** The models that may be used; or a function that says so. Nothing is offered unasked: pass this or `tasks`. */
  models?: readonly string[] | ((model: string, task: TaskName | undefined) => boolean);
  /** Tasks whose models may be used, as far as the catalogue knows them. */
  tasks?: readonly TaskName[];
  /** Where the proxy lies: the path of the client's `baseURL`. Default: `"/ai"`. */
  path?: string;
  /**
   * What is offered. Default: `["run"]`. `"v1"` are the interfaces of OpenAI and Anthropic below `/v1`, for their SDKs and for `chat`, `embeddings`
   * and `responses` of the client: `workers-ai-wasm/openai` answers, which is loaded with the first such request, over either upstream. Its list of
   * models has those that are offered. `"finetunes"` lets pages list the account's finetunes and make new ones: decide with `authorize`
   * who may. `"websearch"` lets them search the web, at the account's cost.
   */
  endpoints?: readonly ("run" | "models" | "tomarkdown" | "v1" | "finetunes" | "websearch")[];
  /** Take asynchronous batches. Default: no. */
  batch?: boolean;
  /** Bytes of a request's body. Default: 4 MiB. */
  maxBodyBytes?: number;
  /**
   * Other origins whose pages may use the proxy, such as `"https://app.example.com"`. Default: its own only. Behind something that ends
   * TLS the proxy takes its own origin for `http:`, so name the one that browsers see.
   */
  origins?: readonly string[];
  /**
   * Names of this host, such as `"app.example.com"` or, for one port, `"app.example.com:8443"`: requests to any other are refused. Without
   * it a page of another site could make its own name lead here and pass for one of yours (DNS rebinding). Default: any name; but behind
   * `toNodeListener` over plain HTTP, a connection from the same machine must be to `localhost` or a loopback address, and those are taken
   * from the same machine only. Behind a reverse proxy on the same machine, set it.
   */
  hosts?: readonly string[];
  /**
   * Headers of the page that go on to the service, besides `accept` and `x-session-affinity`: `"cf-aig-metadata"`, say. Credentials,
   * cookies, what tells of the connection, and what chooses a gateway never do.
   */
  forwardHeaders?: readonly string[];
  /** Headers of the service that go back to the page, besides those about the model's answer: `"cf-aig-log-id"`, say. */
  exposeHeaders?: readonly string[];
  /** Gives where a request goes, in the place of the fields above, such as `(request, env) => ({ binding: env.AI })`. */
  upstream?: (request: Request, ...context: Context) => ProxyUpstream | Promise<ProxyUpstream>;
  /**
   * Says who may ask: `true` lets a request pass, anything else answers 401. With it, requests without an `Origin` pass as well, which
   * only browsers send.
   */
  authorize?: (request: Request, facts: ProxyRequestFacts, ...context: Context) => boolean | Promise<boolean>;
  /** Says how often: `true` lets a request pass; `false` or `{ retryAfterMs }` answers 429, anything else 500. */
  rateLimit?: (
    request: Request,
    facts: ProxyRequestFacts,
    ...context: Context
  ) => boolean | { retryAfterMs?: number } | Promise<boolean | { retryAfterMs?: number }>;
  /**
   * Changes the inputs, or gives others: to cap `max_tokens`, say, or to put a system prompt before the messages. It sees whatever goes to the
   * service, however it came, once a request: a JSON body of any content type; the fields of a form (numbers and booleans as such, a
   * `prompt` as text, files as `File`); raw media as a `Uint8Array` under the model's name for it, such as `audio`, beside what was in the query;
   * the query of a WebSocket. Of a batch it sees each request; of a request below `/v1` the inputs of the run that it becomes (`messages`, or `text` of
   * embeddings), with the facts of that run: `endpoint: "run"`. `undefined` keeps the object that it got; anything else that is no object is a 500.
   */
  transform?: (
    input: Record<string, unknown>,
    facts: ProxyRequestFacts,
    ...context: Context
  ) => Record<string, unknown> | undefined | Promise<Record<string, unknown> | undefined>;
  /** Is told of faults that are the proxy's own. Default: `console.error`. */
  onError?: (error: unknown) => void;
}

/**
 * The other half of the client's `baseURL`: a handler of requests that stands between web pages and Workers AI. It holds the
 * credential, lets through only the models that it was told of, only from pages of its own origin, within the bound, and strips
 * headers both ways. Streams pass as they come; when the page goes, its request to the service is cancelled.
 *
 * @throws {WorkersAIError} `CONFIG`, with the option at fault in `field`
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

/** What {@link createProxy} makes. */
export interface ProxyHandler<Context extends unknown[] = unknown[]> {
  (request: Request, ...context: Context): Promise<Response>;
  /** For {@link toNodeUpgradeListener}. */
  connect(request: Request, ...context: Context): Promise<unknown>;
}

/** A handler as a listener of a server of Node's `http`, `https` or `http2`. */
export function toNodeListener(
  handler: (request: Request) => Promise<Response>,
): (request: unknown, response: unknown) => Promise<void>;

/**
 * A proxy as a listener of the same server's event `"upgrade"`, for the realtime models: pages' WebSockets are checked like any other
 * request, and joined to the service's. Over HTTP only; in a Worker the proxy itself answers them.
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
