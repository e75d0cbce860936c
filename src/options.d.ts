/**
 * The Workers AI binding of a Worker, `env.AI`, or any object with the same function `run`, such as a stub
 * for tests, which may return a `Response`, a plain object or a stream.
 */
export interface AIBinding {
  // Method syntax, so that the narrower signatures of the generated types for `env.AI` are assignable.
  run(model: any, inputs: any, options?: any): Promise<any>;
}

/** Timeouts in milliseconds; `0` or `Infinity` for none. */
export interface Timeouts {
  /** For the whole call, including retries, delays and reading the answer. Default: 600000 (ten minutes). */
  total?: number | undefined;
  /** From each request to the first byte of its answer. Default: none. */
  firstByte?: number | undefined;
  /**
   * For each read of a stream, which any bytes end, comments too; runs only while a read is pending. It may
   * take up to a quarter longer. Default: 120000 (two minutes).
   */
  idle?: number | undefined;
}

/** The settings of a gateway for a request. Unset ones are the gateway's own. */
export interface GatewayOptions {
  /**
   * The gateway's id; `"default"` creates the account's default gateway if necessary. A call may omit it to
   * refine the client's settings.
   */
  id?: string | undefined;
  /** The credential of an authenticated gateway, over HTTP. The binding does not need it. */
  token?: string | undefined;
  /** Replaces the computed cache key. */
  cacheKey?: string | undefined;
  /** Lifetime of a cached answer in seconds: from a minute to a month. */
  cacheTtl?: number | undefined;
  /** Do not read from the cache. */
  skipCache?: boolean | undefined;
  /** At most five entries for the gateway's log. */
  metadata?: Record<string, string | number | boolean | null> | undefined;
  /** Write a log entry. */
  collectLog?: boolean | undefined;
  /** Include prompts and answers in it. */
  collectLogPayload?: boolean | undefined;
  /** An id of your own for the log. */
  eventId?: string | undefined;
  /** The gateway's own first-byte timeout, in milliseconds. */
  requestTimeoutMs?: number | undefined;
  /** The gateway's own retries: 1 to 5 attempts, at most 5000 ms apart. */
  retries?:
    | { maxAttempts?: number; retryDelayMs?: number; backoff?: "constant" | "linear" | "exponential" }
    | undefined;
  /** The alias of the provider key to use, of those that are stored in the gateway. */
  byokAlias?: string | undefined;
  /** Zero data retention at the provider, for this request. */
  zdr?: boolean | undefined;
  /** With `cloudflare/auto`: requests of the same session use the same model. */
  sessionId?: string | undefined;
  /** With `cloudflare/auto`: the turn of the session. */
  turnId?: string | undefined;
  /** With `cloudflare/auto`: ignore the session's earlier choice. */
  noSessionAffinity?: boolean | undefined;
  /** With `cloudflare/auto`: the models to choose from. */
  allowedModels?: readonly string[] | undefined;
  /** With `cloudflare/auto`: the providers to choose from. */
  allowedProviders?: readonly string[] | undefined;
}

/** Headers in any form that `fetch` accepts; `null` removes one that would be sent otherwise. */
export type HeadersOption =
  | Record<string, string | null | undefined>
  | [string, string | null | undefined][]
  | Headers;

/** The argument of a hook about a request. Never contains a secret or a body. */
export interface RequestInfo {
  /** The number of the request within its call, from 1. */
  attempt: number;
  /** The door. */
  door: "binding" | "rest" | "proxy";
  /** The model; absent if the call is not for one. */
  model?: string;
  /** The endpoint of a call without a model, such as `"models.list"` or `"toMarkdown"`. */
  endpoint?: string;
}

/** The argument of a hook about a reply. */
export interface ResponseInfo extends RequestInfo {
  /** The HTTP status, if the reply is a `Response`. */
  status?: number;
  /** The service's id of the request. */
  requestId?: string;
  /** From the request to the headers of the reply, in milliseconds. */
  durationMs: number;
}

/** The argument of a hook about a retry. `attempt` is the request that failed. */
export interface RetryInfo extends RequestInfo {
  /** The code of the failure. */
  code: WorkersAIErrorCode;
  /** The HTTP status of its reply. */
  status?: number;
  /** The service's id of the request that failed. */
  requestId?: string;
  /** The delay before the next request, in milliseconds. */
  delayMs: number;
}

/**
 * Observers. An exception or rejection does not affect the call; it is reported by `console.error`. Their
 * promises are not awaited.
 */
export interface Hooks {
  /** A request is sent; called once per request. */
  onRequest?(info: RequestInfo): unknown;
  /** The headers of a reply have been received. */
  onResponse?(info: ResponseInfo): unknown;
  /** A request has failed and is retried after a delay; called once per retry. */
  onRetry?(info: RetryInfo): unknown;
}

/**
 * The subject of a limit: a task, by its name in the catalogue, or a model by its id, which is then counted
 * separately.
 */
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

/** Rate limits that the client enforces itself. */
export interface LimiterOptions {
  /**
   * Requests per minute, including retries. A number is the limit of each task, for all models of a task
   * together; an object has limits for some tasks and models, while the others keep the published ones;
   * `Infinity` is none.
   *
   * Default: the service's published limits for an account: 300 for text generation (20 for each model that
   * needs a paid plan), 3000 for embeddings (1500 for bge-large), image classification and object detection,
   * 2000 for text classification, 1500 for summarization, 720 for speech recognition, text-to-image,
   * image-to-text and translation. A model that this version does not know counts as text generation.
   */
  requestsPerMinute?: number | { readonly [Of in LimitedBy]?: number };
  /**
   * Tokens per minute, of inputs and answers, in the same two forms. They are estimated when a request is
   * sent, from the length of the input, `max_tokens` and earlier answers, and corrected by the usage in the
   * reply. Default: none; the service publishes none.
   */
  tokensPerMinute?: number | { readonly [Of in LimitedBy]?: number };
  /**
   * Limit of the calls that wait for one limit; a further one fails with `RATE_LIMITED` and `field:
   * "limiter.maxQueue"`. Default: 1000.
   */
  maxQueue?: number | undefined;
}

/** The options of every door. */
export interface CommonOptions {
  /** The AI Gateway for every call: its id, or its settings. */
  gateway?: string | GatewayOptions | undefined;
  /** Headers for every call. On the binding they are passed as `extraHeaders`. */
  headers?: HeadersOption | undefined;
  /** Timeouts in milliseconds. A number is the timeout of the whole call. */
  timeout?: number | Timeouts | undefined;
  /** Limit of retries after temporary failures. Default: 2. */
  maxRetries?: number | undefined;
  /**
   * Enforces rate limits per minute: calls that exceed a limit wait, in order, instead of being rejected by
   * the service. Off by default; `true` uses the service's published limits. It applies to all model requests
   * of this client, but not to other clients and processes. If the service rejects a request (`RATE_LIMITED`
   * with a delay), all calls of the same limit wait for that delay.
   *
   * The wait counts towards the total `timeout`, not towards `firstByte`, and the call's `signal` ends it. An
   * invalid option is reported by the first call.
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
  /** Limit of one event of a stream, in bytes. Default: 16 MiB. */
  maxEventBytes?: number | undefined;
  /** Limit of a JSON reply, in bytes. Default: 256 MiB. */
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
   * An API token with the permission "Workers AI Read", or a function that returns one for each request.
   * Default: the variable `CLOUDFLARE_API_TOKEN`, which is never sent to a `baseURL`.
   */
  apiToken?: string | (() => string | Promise<string>) | undefined;
  /**
   * Replaces `https://api.cloudflare.com/client/v4/accounts/{id}/ai`: requests are sent to
   * `{baseURL}/run/{model}`. In a web page it may be relative to the page's origin (`"/ai"`). Default, if
   * there is no binding, account or token: the variable `WORKERS_AI_BASE_URL`, with the token in
   * `WORKERS_AI_TOKEN`, if set; the local service prints both.
   */
  baseURL?: string | URL | undefined;
  /** Used instead of the global `fetch`. It is always called as `fetch(url: string, init)`. */
  fetch?(input: string, init?: RequestInit): Promise<Response>;
  /**
   * Allow a token in a web page, where everyone who opens the page can read it. Without this option it is
   * rejected.
   */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** The options of a client: for a binding, or for HTTP. */
export type ClientOptions = BindingOptions | HttpOptions;

/** The options of a call, the last argument of every method. They override the client's. */
export interface CallOptions {
  /**
   * Aborts the call in any state: waiting, sending, or reading. The promise or the stream fails with
   * `ABORTED`.
   */
  signal?: AbortSignal | null | undefined;
  /** Timeouts in milliseconds. A number is the timeout of the whole call. */
  timeout?: number | Timeouts | undefined;
  /** Limit of retries after temporary failures. */
  maxRetries?: number | undefined;
  /**
   * The AI Gateway for this call. Without an `id`, or with the same one, it refines the client's settings;
   * another one inherits nothing.
   */
  gateway?: string | GatewayOptions | undefined;
  /** Additional headers. */
  headers?: HeadersOption | undefined;
  /**
   * Requests with the same value are routed to the same instance, which may have the beginning of the prompt
   * cached.
   */
  sessionAffinity?: string | undefined;
  /** At most five labels for the service's analytics. */
  tags?: readonly string[] | undefined;
  /** Fail at once with `CAPACITY` instead of waiting for capacity; such a failure is not retried either. */
  rejectIfBusy?: boolean | undefined;
  /**
   * Fallback models, which are called in this order if the model before has no capacity, was removed, timed
   * out or failed, after its retries; never if the failure is caused by the input or the account. A stream
   * counts as an answer once it has content (text, reasoning, or a tool call): with this option the promise
   * of a stream resolves only then, and an earlier failure leads to the next model. `meta.model` is the model
   * that answered, `meta.tried` lists the models that were called and their failures, as does `tried` of the
   * error if all have failed; `meta.attempts` counts all requests. The total `timeout` is for all of them.
   * Not for `embedMany`, `batch` and the like, nor for input that can be read only once.
   */
  fallback?: readonly string[] | undefined;
  /**
   * Resumes a stream when its connection breaks, from the event at which it broke: no event is lost or
   * repeated, and nothing is generated or billed again. For models of other authors and dynamic routes, whose
   * runs the gateway stores for some minutes (`meta.runId`); it has no effect on other streams. On the
   * binding only; on the other doors it is rejected with `CONFIG`. If the run cannot be resumed the stream
   * fails with `NETWORK`, as without the option. Leaving the loop, `signal` and `timeout` end it like any
   * stream.
   */
  resume?: boolean | undefined;
}

/** The metadata of an answer. Fields that the service did not send are absent. */
export interface Meta {
  /** The service's id of the request. */
  requestId?: string;
  /** The gateway's id of its log entry. */
  gatewayLogId?: string;
  /** The gateway's cache: `"HIT"` or `"MISS"`. */
  cacheStatus?: string;
  /** The model that answered, if the service reports it; else the one that was called. */
  model: string;
  /** Through a gateway: the provider of the model, such as `"openai"`. */
  provider?: string;
  /** The model that a route or the router has selected. */
  routedModel?: string;
  /** The reason for that selection. */
  routingReason?: string;
  /** The router's id of its decision. */
  routingDecisionId?: string;
  /** The gateway's id of the trace. */
  traceId?: string;
  /** The gateway's id of the run. */
  runId?: string;
  /** The step of a route that answered, from 0. */
  step?: number;
  /** Neurons billed. */
  neurons?: number;
  /** The number of requests. */
  attempts: number;
  /** From the call to the end of the answer, in milliseconds. */
  durationMs?: number;
  /** From the call to the first byte of the answer, in milliseconds. */
  firstByteMs?: number;
  /** The door. */
  door: "binding" | "rest" | "proxy";
  /** With the option `fallback`: the models that were called, in order. The last one has answered. */
  tried?: Tried[];
}

/** A model that was called with the option `fallback`. */
export interface Tried {
  /** Its id. */
  model: string;
  /** The code of its failure; absent if it has answered. */
  code?: WorkersAIErrorCode;
  /** The message of its failure. */
  message?: string;
}
