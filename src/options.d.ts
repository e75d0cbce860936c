/**
 * The Workers AI binding of a Worker, `env.AI`, or anything with the same function `run`. It is known by its shape, so a
 * stub for tests will do; one may answer with a `Response`, with a plain object or with a stream.
 */
export interface AIBinding {
  // Method syntax, so that the narrower signatures of the generated types for `env.AI` are assignable.
  run(model: any, inputs: any, options?: any): Promise<any>;
}

/** Limits of time, in milliseconds; `0` or `Infinity` for none. */
export interface Timeouts {
  /** For the whole call: retries, waits and the reading of the answer included. Default: 600000 (ten minutes). */
  total?: number | undefined;
  /** From each request to the first byte of its answer. Default: none. */
  firstByte?: number | undefined;
  /** Until a read brings bytes, comments too; runs only while somebody waits for them. Up to a quarter more may pass. Default: 120000 (two minutes). */
  idle?: number | undefined;
}

/** How a gateway is used. Whatever is not set is the gateway's own setting. */
export interface GatewayOptions {
  /** The gateway's id; `"default"` makes the account's default gateway if need be. A call may leave it out to refine the client's. */
  id?: string | undefined;
  /** The credential of an authenticated gateway, over HTTP. The binding needs none. */
  token?: string | undefined;
  /** Replaces the computed cache key. */
  cacheKey?: string | undefined;
  /** How long an answer is cached, in seconds; a month at most. */
  cacheTtl?: number | undefined;
  /** Ask the model although an answer is cached. */
  skipCache?: boolean | undefined;
  /** At most five entries for the gateway's log. */
  metadata?: Record<string, string | number | boolean | null> | undefined;
  /** Write a log entry. */
  collectLog?: boolean | undefined;
  /** Write prompts and answers into it. */
  collectLogPayload?: boolean | undefined;
  /** An id of your own for the log. */
  eventId?: string | undefined;
  /** The gateway's own limit until the first byte, in milliseconds. */
  requestTimeoutMs?: number | undefined;
  /** The gateway's own retries: 1 to 5 attempts, at most 5000 ms apart. */
  retries?:
    | { maxAttempts?: number; retryDelayMs?: number; backoff?: "constant" | "linear" | "exponential" }
    | undefined;
  /** Of the provider's keys that are stored in the gateway, the one with this alias. */
  byokAlias?: string | undefined;
  /** Zero data retention at the provider, for this request. */
  zdr?: boolean | undefined;
  /** With `cloudflare/auto`: requests of the same session stay with one model. */
  sessionId?: string | undefined;
  /** With `cloudflare/auto`: which turn of the session it is. */
  turnId?: string | undefined;
  /** With `cloudflare/auto`: choose anew, whatever the session had. */
  noSessionAffinity?: boolean | undefined;
  /** With `cloudflare/auto`: the only models that may be chosen. */
  allowedModels?: readonly string[] | undefined;
  /** With `cloudflare/auto`: the only providers that may be chosen. */
  allowedProviders?: readonly string[] | undefined;
}

/** Headers in any form that `fetch` takes; `null` leaves out one that would be sent otherwise. */
export type HeadersOption =
  | Record<string, string | null | undefined>
  | [string, string | null | undefined][]
  | Headers;

/** What a hook is told about a request. Never a secret and never a body. */
export interface RequestInfo {
  /** The number of the request within its call, from 1. */
  attempt: number;
  /** The door. */
  door: "binding" | "rest" | "proxy";
  /** The model; absent where none is asked. */
  model?: string;
  /** What is asked instead of a model, such as `"models.list"` or `"toMarkdown"`. */
  endpoint?: string;
}

/** What a hook is told about a reply. */
export interface ResponseInfo extends RequestInfo {
  /** The HTTP status, if the reply is a `Response`. */
  status?: number;
  /** The service's id of the request. */
  requestId?: string;
  /** From the request to the headers of the reply, in milliseconds. */
  durationMs: number;
}

/** What a hook is told about a retry. `attempt` is the request that failed. */
export interface RetryInfo extends RequestInfo {
  /** Why the request failed. */
  code: WorkersAIErrorCode;
  /** The HTTP status of its reply. */
  status?: number;
  /** The service's id of the request that failed. */
  requestId?: string;
  /** The wait before the next request, in milliseconds. */
  delayMs: number;
}

/**
 * Observers. One that throws, or whose promise is rejected, does not disturb the call; it is reported by
 * `console.error`. Nothing waits for them.
 */
export interface Hooks {
  /** A request goes out; once per request. */
  onRequest?(info: RequestInfo): unknown;
  /** The headers of a reply are in. */
  onResponse?(info: ResponseInfo): unknown;
  /** A request failed and is made again after a wait; once per retry. */
  onRetry?(info: RetryInfo): unknown;
}

/** What a limit is for: a task, as the catalogue names them, or a model by its id, which then counts for itself. */
export type LimitedBy =
  | "Automatic Speech Recognition"
  | "Image Classification"
  | "Image-to-Text"
  | "Object Detection"
  | "Summarization"
  | "Text Classification"
  | "Text Embeddings"
  | "Text Generation"
  | "Text-to-Image"
  | "Text-to-Speech"
  | "Translation"
  | "Voice Activity Detection"
  | `${string}/${string}`;

/** Limits that a client keeps by itself. */
export interface LimiterOptions {
  /**
   * Requests in any minute, retries included. A number is the limit of each task, all models of a task together; an object has limits for
   * some tasks and models, while the others keep the published ones; `Infinity` is none.
   *
   * Default: the service's published limits for an account: 300 for text generation (20 for each model that needs a paid plan), 3000 for
   * embeddings (1500 for bge-large), image classification and object detection, 2000 for text classification, 1500 for summarization, 720
   * for speech recognition, text-to-image, image-to-text and translation. A model that this version doesn't know counts as text generation.
   */
  requestsPerMinute?: number | { readonly [Of in LimitedBy]?: number };
  /**
   * Tokens in any minute, of inputs and answers, in the same two forms. They are estimated when a request goes out, by the length of the
   * input, `max_tokens` and the answers before, and corrected when the reply says what it was. Default: none; the service publishes none.
   */
  tokensPerMinute?: number | { readonly [Of in LimitedBy]?: number };
  /** Calls that may wait for one limit; one more fails with `RATE_LIMITED` and `field: "limiter.maxQueue"`. Default: 1000. */
  maxQueue?: number | undefined;
}

/** What every door takes. */
export interface CommonOptions {
  /** The AI Gateway for every call: its id, or how to use it. */
  gateway?: string | GatewayOptions | undefined;
  /** Headers for every call. On the binding they go to `extraHeaders`. */
  headers?: HeadersOption | undefined;
  /** Limits of time, in milliseconds. A number is the limit for the whole call. */
  timeout?: number | Timeouts | undefined;
  /** Requests after the first, when one fails in a way that passes. Default: 2. */
  maxRetries?: number | undefined;
  /**
   * Keeps calls within limits per minute: those that come too early wait, in their order, instead of being refused by the service. Off
   * unless asked for; `true` takes the service's published limits. It counts for everything that asks a model through this one client, but
   * knows nothing of other clients and processes. When the service does refuse (`RATE_LIMITED` with a time to wait), all calls of the same
   * limit wait as long.
   *
   * A wait counts into the total `timeout`, not into `firstByte`, and ends when the call's `signal` says so. What is wrong in the option
   * is told at the first call.
   *
   * @example
   * ```ts
   * const ai = new WorkersAI({ limiter: true });
   * const strict = new WorkersAI({ limiter: { requestsPerMinute: { "Text Generation": 60 }, tokensPerMinute: 100_000 } });
   * ```
   */
  limiter?: boolean | LimiterOptions | undefined;
  /** Observers. */
  hooks?: Hooks | undefined;
  /** The largest event of a stream, in bytes. Default: 16 MiB. */
  maxEventBytes?: number | undefined;
  /** The largest JSON reply, in bytes. Default: 256 MiB. */
  maxResponseBytes?: number | undefined;
}

/** In a Worker: through its binding. */
export interface BindingOptions extends CommonOptions {
  /** `env.AI`. */
  binding: AIBinding;
  accountId?: undefined;
  apiToken?: undefined;
  baseURL?: undefined;
}

/** Everywhere else: over HTTP, to Cloudflare's REST API or to a proxy. */
export interface HttpOptions extends CommonOptions {
  binding?: undefined;
  /** The account's id, 32 hexadecimal characters. Default: the variable `CLOUDFLARE_ACCOUNT_ID`. */
  accountId?: string | undefined;
  /**
   * An API token with the permission "Workers AI Read", or a function that gives one for each request.
   * Default: the variable `CLOUDFLARE_API_TOKEN`, which is never sent to a `baseURL`.
   */
  apiToken?: string | (() => string | Promise<string>) | undefined;
  /**
   * Replaces `https://api.cloudflare.com/client/v4/accounts/{id}/ai`: requests go to `{baseURL}/run/{model}`. In a web
   * page it may be relative to the page's origin (`"/ai"`). Default, where neither a binding nor an account nor a token is given: the variable
   * `WORKERS_AI_BASE_URL`, with the token in `WORKERS_AI_TOKEN`, if there is one; the local service prints both.
   */
  baseURL?: string | URL | undefined;
  /** Used instead of the global `fetch`. It is always called as `fetch(url: string, init)`. */
  fetch?(input: string, init?: RequestInit): Promise<Response>;
  /** A token in a web page can be read by everyone who opens it, so it is refused there, unless you know better. */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** The options of a client: a binding, or whatever HTTP needs. */
export type ClientOptions = BindingOptions | HttpOptions;

/** The options of a call; every method's last argument. They win over the client's. */
export interface CallOptions {
  /** Cancels the call, wherever it is: waiting, sending, or reading. The promise or the stream fails with `ABORTED`. */
  signal?: AbortSignal | null | undefined;
  /** Limits of time, in milliseconds. A number is the limit for the whole call. */
  timeout?: number | Timeouts | undefined;
  /** Requests after the first, when one fails in a way that passes. */
  maxRetries?: number | undefined;
  /** The AI Gateway for this call. Without an `id`, or with the same one, it refines the client's; another one inherits nothing. */
  gateway?: string | GatewayOptions | undefined;
  /** More headers. */
  headers?: HeadersOption | undefined;
  /** Calls with the same value go to the same place, where the model may still remember the beginning of the prompt. */
  sessionAffinity?: string | undefined;
  /** At most five labels for the service's analytics. */
  tags?: readonly string[] | undefined;
  /** Fail at once with `CAPACITY` rather than wait for capacity; nor is the call made again by itself then. */
  rejectIfBusy?: boolean | undefined;
  /**
   * Models that are asked, in this order, when one before them has no capacity, is gone, took too long or failed, after its retries; never
   * when the input or the account is at fault. A stream counts as an answer once it has said something (text, thinking, or a tool call):
   * with this option the promise of a stream settles only then, and what fails before that is the next model's turn. `meta.model` says who
   * answered, `meta.tried` who was asked and why each of them failed, as `tried` of the error does where all have; `meta.attempts` counts the
   * requests to all. The total `timeout` is for all of them. Not for `embedMany`, `batch` and the like, nor for input that can be read but
   * once.
   */
  fallback?: readonly string[] | undefined;
  /**
   * Goes on with a stream over another connection when its own breaks, from the event at which it broke: none is lost, none comes twice, and
   * nothing is generated or billed again. For models of other authors and dynamic routes, whose runs the gateway keeps for some minutes
   * (`meta.runId`); other streams are as without it. Through the binding alone: on the other doors it is refused with `CONFIG`. What breaks while
   * the run cannot be resumed fails as ever, with `NETWORK`. Leaving the loop, `signal` and `timeout` end it as they end every stream.
   */
  resume?: boolean | undefined;
}

/** What is known about how an answer came about. What the service did not send is absent. */
export interface Meta {
  /** The service's id of the request. */
  requestId?: string;
  /** The gateway's id of its log entry. */
  gatewayLogId?: string;
  /** The gateway's cache: `"HIT"` or `"MISS"`. */
  cacheStatus?: string;
  /** The model that answered, as far as the service says; else the one that was asked. */
  model: string;
  /** Through a gateway: whose model has answered, such as `"openai"`. */
  provider?: string;
  /** The model that a route or the router has chosen. */
  routedModel?: string;
  /** Why it has. */
  routingReason?: string;
  /** The router's id of its decision. */
  routingDecisionId?: string;
  /** The gateway's id of the trace. */
  traceId?: string;
  /** The gateway's id of the run. */
  runId?: string;
  /** Which step of a route has answered, from 0. */
  step?: number;
  /** Neurons billed. */
  neurons?: number;
  /** How many requests were made. */
  attempts: number;
  /** From the call to the end of the answer, in milliseconds. */
  durationMs?: number;
  /** From the call to the first byte of the answer, in milliseconds. */
  firstByteMs?: number;
  /** The door. */
  door: "binding" | "rest" | "proxy";
  /** With the option `fallback`: the models that were asked, in their order. The last one has answered. */
  tried?: Tried[];
}

/** A model that was asked with the option `fallback`. */
export interface Tried {
  /** Its id. */
  model: string;
  /** The kind of its failure; absent where it has answered. */
  code?: WorkersAIErrorCode;
  /** What its failure says. */
  message?: string;
}
