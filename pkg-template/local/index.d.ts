/**
 * `workers-ai-wasm/local`: the other side of Workers AI, for tests and for development without an account. It serves every task and
 * every endpoint: text, embeddings, classification, translation, speech both ways, images both ways, decisions, the async queue, the
 * catalogue, finetunes, gateways, documents to Markdown, realtime models over WebSockets.
 *
 * Answers come from Cloudflare itself when credentials are set, from an OpenAI-compatible server when its URL is set, from
 * small real models when they are installed, from recordings, and else from a deterministic stand-in that says that it is one.
 * Inputs are checked as the service checks them, and refused with its codes.
 *
 * The stand-in draws coloured cells, as a real PNG or JPEG of the size in the request; it speaks in tones or in silence, as real WAV, MP3, FLAC, Ogg
 * Opus or AAC. What it makes carries the prompt as a comment inside the file, and what it "hears" or "sees" is that comment, so that a text
 * that goes through speech and back comes out the same.
 */

/** What a text-generation engine yields, in this order: any of the first three, then one `finish`. */
export type Piece =
  | { type: "text"; text: string }
  | { type: "reasoning"; text: string }
  | { type: "tool-call"; id: string; name: string; arguments: Record<string, unknown> }
  | {
      type: "finish";
      finishReason: "stop" | "length" | "tool_calls" | "content_filter";
      usage: { promptTokens: number; completionTokens: number; cachedTokens?: number };
    };

/** A text-generation request, brought into one shape whatever dialect it came in. */
export interface GenerateRequest {
  model: { id: string; contextWindow: number };
  messages: { role: string; content: string }[];
  /** The images of the messages, in their order. */
  images: EngineImage[];
  tools: { name: string; description: string; parameters: Record<string, unknown> }[];
  toolChoice: "auto" | "none" | "required" | { name: string };
  /** JSON mode; `schema` is null for any object. */
  format: { schema: Record<string, unknown> | null } | null;
  maxTokens: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  seed?: number;
  stop: string[];
  /** Whether the model shows its reasoning. */
  thinking: boolean;
  /** The inputs as they were sent. */
  inputs: Record<string, unknown>;
  /** Fingerprint of the request, see {@link inputsDigest}. */
  digest: string;
  /** Aborts when the caller goes away. */
  signal: AbortSignal;
}

/** An image that came in: what its header says, and its bytes. */
export interface EngineImage {
  /** "PNG", "JPEG", "WebP", "GIF", "BMP". */
  format: string;
  width: number;
  height: number;
  bytes: Uint8Array;
  /** The comment inside the file, if the stand-in made it. */
  comment?: string;
}

/** A recording that came in: what its header says, and its bytes. */
export interface EngineAudio {
  /** "WAV", "MP3", "FLAC", …, or "raw linear16" and the like. */
  format: string;
  /** Seconds; estimated from the size where the header has none. */
  duration: number;
  encoding?: string;
  sampleRate?: number;
  channels?: number;
  bytes: Uint8Array;
  /** The samples without their header, of WAV and raw audio. */
  data?: Uint8Array;
  /** The comment inside the file, if the stand-in made it. */
  comment?: string;
}

/** What every method of an engine gets. */
interface EngineRequest {
  model: { id: string };
  signal: AbortSignal;
}

/** Who answers. Leave out the methods of tasks that it doesn't answer. */
export interface Engine {
  /** Short name; replies carry it in the header `x-local-engine`. */
  name: string;
  /** For a person: "who answers?" */
  description: string;
  /** Whether this engine takes the request; else the next one is called. */
  accepts?(request: GenerateRequest): boolean;
  generate?(request: GenerateRequest): AsyncIterable<Piece>;
  /** One row of unit length and `dimensions` numbers per text. */
  embed?(request: {
    model: { id: string };
    texts: string[];
    pooling: "mean" | "cls";
    dimensions: number;
    signal: AbortSignal;
  }): Promise<{ rows: number[][]; tokens: number }>;
  /** Labels in the model's own order. */
  classifyText?(request: EngineRequest & { text: string }): Promise<{ label: string; score: number }[]>;
  /** One score from 0 to 1 per context, in their order. */
  rerank?(request: EngineRequest & { query: string; contexts: string[] }): Promise<number[]>;
  summarize?(request: EngineRequest & { text: string; maxLength: number }): Promise<string>;
  /** One translation per text. */
  translate?(request: EngineRequest & { texts: string[]; from: string; to: string }): Promise<string[]>;
  /** The categories, `S1` to `S14`, that the last message falls into; none if it is safe. */
  moderate?(request: EngineRequest & { messages: { role: string; content: string }[] }): Promise<string[]>;
  /** One answer per question, in the shape of its type. */
  decide?(
    request: EngineRequest & {
      state: unknown;
      questions: Record<string, Record<string, unknown>>;
      images?: EngineImage[];
      audio?: EngineAudio[];
      videos?: { bytes: Uint8Array }[];
    },
  ): Promise<Record<string, Record<string, unknown>>>;
  /** One value per field, in the shape of its type. */
  extract?(
    request: EngineRequest & {
      state: string;
      fields: Record<string, Record<string, unknown>>;
      images: EngineImage[];
    },
  ): Promise<Record<string, Record<string, unknown>>>;
  /** Times are seconds. */
  transcribe?(
    request: EngineRequest & { audio: EngineAudio; language?: string; task?: "transcribe" | "translate" },
  ): Promise<{ text: string; language: string; words: { word: string; start: number; end: number }[] }>;
  /** Speech in the encoding of the request; `duration` in seconds. */
  speak?(
    request: EngineRequest & {
      text: string;
      language?: string;
      speaker?: string;
      encoding: "linear16" | "flac" | "mulaw" | "alaw" | "mp3" | "opus" | "aac";
      container?: "none" | "wav" | "ogg";
      sampleRate?: number;
    },
  ): Promise<{ bytes: Uint8Array; mediaType: string; duration: number }>;
  /** How probable it is, from 0 to 1, that the speaker has finished. */
  detectTurn?(request: EngineRequest & { audio: EngineAudio }): Promise<{ probability: number }>;
  /** An image file of the requested size and format. */
  draw?(
    request: EngineRequest & {
      prompt: string;
      width: number;
      height: number;
      format: "png" | "jpeg";
      seed?: number;
      images: EngineImage[];
      mask?: EngineImage;
    },
  ): Promise<Uint8Array>;
  /** Labels, best first. */
  classifyImage?(
    request: EngineRequest & { image: EngineImage },
  ): Promise<{ label: string; score: number }[]>;
  /** Boxes in pixels, best first; `target` is the one thing to look for, if there is one. */
  detectObjects?(
    request: EngineRequest & { image: EngineImage; target?: string },
  ): Promise<
    { label: string; score: number; box: { xmin: number; ymin: number; xmax: number; ymax: number } }[]
  >;
  describeImage?(
    request: EngineRequest & { image?: EngineImage; prompt?: string; maxTokens?: number },
  ): Promise<string>;
  /** Frees what the engine holds. */
  close?(): Promise<void>;
}

/** Errors of the service by name; `{ error: code }` says any other code. */
export type FaultError =
  | "auth"
  | "bad-input"
  | "blocked"
  | "capacity"
  | "context"
  | "deprecated"
  | "gateway-timeout"
  | "json-mode"
  | "licence"
  | "no-such-model"
  | "paid"
  | "quota"
  | "rate-limit"
  | "server"
  | "timeout"
  | "too-large"
  | "upstream-timeout";

/** A shape in which an error comes, whatever door it comes through. `"success"` is the REST API's, with status 200. */
export type ErrorShape =
  | "envelope"
  | "native"
  | "gateway"
  | "openai"
  | "openai-word"
  | "text"
  | "edge"
  | "html"
  | "empty"
  | "success";

/** A shape of an error inside a stream. */
export type ErrorEventShape =
  | "legacy"
  | "chat"
  | "native"
  | "responses"
  | "failed"
  | "named"
  | "named-text"
  | "finish";

/**
 * Faults to meet. Sizes are bytes, times are milliseconds unless stated otherwise. On WebSockets the errors refuse the connection, and `pace`,
 * `truncate`, `drop`, `stall` and `garbage` count messages and what they hold.
 */
export type Faults = { [name in FaultError]?: boolean } & {
  /** Fail with this code of the service. */
  error?: number;
  /** HTTP status instead of the error's or the redirect's usual one. */
  status?: number;
  /** The error's shape instead of the door's own. */
  shape?: ErrorShape;
  /** Let the error's text repeat the inputs and the credential, as a careless server does. */
  quote?: boolean;
  /** Seconds in the `retry-after` header of an error. */
  "retry-after"?: number;
  /** The same as a date, so many seconds from now. */
  "retry-date"?: number;
  /** Milliseconds in the `retry-after-ms` header of an error. */
  "retry-after-ms"?: number;
  /** Only the first so many calls meet these faults. */
  times?: number;
  /** Counts `times` under this name; {@link CallReport} has it. */
  id?: string;
  /** Wait before answering. */
  delay?: number;
  /** Wait for capacity, but refuse with 3040 at once a call with `rejectIfBusy`. */
  busy?: number;
  /** Never answer. */
  hang?: boolean;
  /** Break the connection instead of answering. */
  disconnect?: boolean;
  /** Redirect there, with status 307. */
  redirect?: string;
  /** Answer with this status (200 if `true`) and nothing else. */
  empty?: number | boolean;
  /** Send early hints (103) before the answer. A server's only. */
  hints?: boolean;
  /** The network edge fails: an HTML page with status 520. */
  edge?: boolean;
  /** The network edge fails: plain text with status 500. */
  "edge-text"?: boolean;
  /** Let this request of a batch fail, counted from 0. */
  "fail-item"?: number;
  /** JSON with a charset in its content type, which the binding hands over as a stream. */
  charset?: boolean;
  /** Another content type. */
  "content-type"?: string;
  /** Say that the body is compressed, although it is not. */
  "bad-gzip"?: boolean;
  /** Say the body's length in advance, faults of the body not counted. */
  sized?: boolean;
  /** Answer JSON although a stream was requested. */
  "whole-json"?: boolean;
  /** Cut the body into pieces of this size (1 if `true`). */
  chunk?: number | boolean;
  /** Wait before each piece of the body (20 if `true`). */
  pace?: number | boolean;
  /** End the body cleanly after so many bytes (64 if `true`); with `sized` the connection ends there. */
  truncate?: number | boolean;
  /** Break the connection after so many bytes (64 if `true`). */
  drop?: number | boolean;
  /** The same with a reset, where the runtime can do it. */
  reset?: number | boolean;
  /** Send so many bytes (64 if `true`) and then nothing more. */
  stall?: number | boolean;
  /** Make the body so many bytes larger (1 MiB if `true`): by one event, or blanks before anything else. */
  huge?: number | boolean;
  /** Put a byte that is no UTF-8 behind so many bytes (64 if `true`). */
  "invalid-utf8"?: number | boolean;
  /** Send so many bytes (64 if `true`) that mean nothing instead of the body. */
  noise?: number | boolean;
  /** Put an event that isn't JSON into the stream. */
  garbage?: boolean;
  /** Put an error event with this code (3040 if `true`) into the stream and end it. */
  "error-event"?: number | boolean;
  /** The shape of that event. Default `"legacy"`. */
  "event-shape"?: ErrorEventShape;
  /** Events before `garbage` or `error-event`. Default 1. */
  after?: number;
  /** Leave `data: [DONE]` out. */
  "no-done"?: boolean;
  /** End lines with CRLF. */
  crlf?: boolean;
};

/**
 * A canned reply: a text that the model says, in its own dialect, streamed or whole; a JSON value or an error, dressed as each door dresses
 * them; or bytes that every door sends unchanged.
 */
export type CannedReply =
  | string
  | { json: unknown; status?: number; headers?: Record<string, string>; contentType?: string }
  | { error: number; message?: string; status?: number; headers?: Record<string, string> }
  | {
      /** Text or bytes are one chunk; an iterable gives one chunk per item. */
      body?: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> | null;
      contentType: string;
      status?: number;
      headers?: Record<string, string>;
    };

/** What a function among the routes gets of a call. */
export interface RouteCall {
  model: string;
  inputs: Record<string, unknown>;
  /** The body, if it was bytes and not JSON. */
  body?: { bytes: Uint8Array; contentType: string };
  options: Record<string, unknown>;
  face: "binding" | "rest";
  headers: Headers;
  signal: AbortSignal;
}

/** One reply, one per call (the last repeats), or a function; null leaves the call to the engines. */
export type Route =
  | CannedReply
  | readonly CannedReply[]
  | ((call: RouteCall) => CannedReply | null | Promise<CannedReply | null>);

/** How a call ended. Never holds inputs or answers. */
export interface CallReport {
  requestId: string;
  face: "binding" | "rest";
  /** "run", "chat", "embeddings", "responses", "messages", "connect", or an endpoint such as "models.search". */
  operation: string;
  model: string;
  /** Name of the engine, "route" for a canned reply; absent if none was called. */
  engine?: string;
  /** `cancelled`: the caller went away; `error`: the body broke off. */
  outcome: "complete" | "cancelled" | "error";
  status?: number;
  /** The service's error code, if the call was answered with one. */
  code?: number;
  /** The name that its faults had, `id`. */
  faultId?: string;
  durationMs: number;
}

/** A call and its answer, as they are written down: no headers, no secrets, the same for every door. */
export interface Exchange {
  /** What makes two calls the same. */
  key: string;
  operation: string;
  model: string;
  inputs?: Record<string, unknown>;
  query?: Record<string, string>;
  /** Type and size of a body that was bytes. */
  contentType?: string;
  bytes?: number;
  answer: {
    status?: number;
    headers?: Record<string, string>;
    neurons?: number;
    contentType?: string;
    /** One of these: a value without its envelope, an error, the chunks of a stream, bytes. */
    json?: unknown;
    error?: { code: number; message: string };
    chunks?: string[];
    base64?: string;
    /** Counts of a list. */
    info?: Record<string, number>;
  };
}

export interface LocalOptions {
  /**
   * Who answers. Default `"auto"`: the first of these that is configured or installed. In tests, name one. `"recorded"`: nothing but what
   * `replay` holds.
   */
  engine?: "auto" | "cloudflare" | "openai" | "small-models" | "recorded" | "stand-in" | Engine | Engine[];
  /** Credentials; default `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_API_TOKEN`. `false`: never call Cloudflare. */
  cloudflare?: { accountId?: string; apiToken?: string; baseURL?: string; fetch?: typeof fetch } | false;
  /** An OpenAI-compatible server; default `WORKERS_AI_LOCAL_OPENAI_URL`, `_KEY` and `_MODEL`. `false`: none. */
  openai?:
    | { baseURL: string; apiKey?: string; model?: string; embeddingModel?: string; fetch?: typeof fetch }
    | false;
  /** Where the small models are; default `WORKERS_AI_LOCAL_MODELS`, else a folder in the user's cache. `false`: none. */
  smallModels?: { folder?: string; weights?: string } | false;
  /** Environment variables; default the process's. */
  env?: Record<string, string | undefined>;
  /** Milliseconds between two pieces of the stand-in's answer. Default 0. */
  pace?: number;
  /** More models by id: with the dialect that they speak, or the model of the catalogue that they are like, whatever its task. */
  models?: Record<
    string,
    | "legacy"
    | "chat"
    | "embeddings"
    | { like: string }
    | { dialect: "legacy" | "chat" | "embeddings"; dimensions?: number; reasoning?: string }
  >;
  /** Models past their announced end: served all the same, or refused with 5028. Default `"serve"`. */
  deprecated?: "serve" | "refuse";
  /** How many polls find a batch unfinished: the last of them running, the ones before it queued. Default 2. */
  batchPolls?: number;
  /** Writes exchanges down: into a folder (Node, Deno, Bun), or to a function. Tokens and account ids are taken out, prompts are not. */
  record?: string | ((exchange: Exchange) => void | Promise<void>);
  /** Answers from what was written down, before the stand-in is called: a folder, or the exchanges. */
  replay?: string | Exchange[];
  /**
   * What gateways may spend, by their id; `"*"` is any other one. Over it calls are refused with 429 and the code 2041, which the client knows as
   * `SPEND_LIMIT`, until the window ends: `windowMs` milliseconds from its first call on, default a day. Prices are the catalogue's; a million tokens of
   * another author's model count as a dollar. Answers out of the cache cost nothing.
   */
  spendLimits?: Record<string, { usd: number; windowMs?: number }>;
  /** Canned replies by model id; `"*"` is for any other model. */
  routes?: Record<string, Route>;
  /** Faults of every call: `"delay=200, chunk=1"`, an object, or a function of the call. */
  faults?:
    | string
    | Faults
    | ((call: {
        model: string;
        face: string;
        inputs: Record<string, unknown>;
      }) => string | Faults | null | undefined);
  /** Request header that gives one call its own faults; default `"x-local-fault"`, `false` for none. */
  faultHeader?: string | false;
  /** Called once when a call has ended, its body included. */
  onCall?(report: CallReport): void;
  /**
   * Called with the messages that a Queue subscribed to Workers AI would get: `cf.workersAi.model.batch.queued`, then `.succeeded` or `.failed`.
   * A batch that has succeeded is completed for whoever polls.
   */
  onBatchEvent?(message: {
    type: string;
    source: { type: string; modelName: string };
    payload: { requestId: string };
    metadata: { eventSchemaVersion: number; eventTimestamp: string };
  }): void;
  /** Called with failures of engines, which callers see only as "Internal server error". Default: `console.error`. */
  onError?(error: unknown): void;
}

export interface HandlerOptions extends LocalOptions {
  /** Account that the REST API accepts; default any well-formed one. */
  accountId?: string;
  /** Token that the REST API accepts; default any. */
  apiToken?: string;
  /** Path below which the API's paths work without a token, as behind an own proxy. Default `"/ai"`. */
  prefix?: string;
  /** Larger bodies are refused with 3006. Default 100 MiB. */
  maxBodyBytes?: number;
}

export interface ServerOptions extends HandlerOptions {
  /** Default 0: a free one. */
  port?: number;
  /** Default `"127.0.0.1"`. */
  host?: string;
  /** Origins of other pages that may call it. Default none. */
  allowedOrigins?: string[];
}

export type LocalTask =
  | "text-generation"
  | "text-embeddings"
  | "text-classification"
  | "summarization"
  | "translation"
  | "speech-recognition"
  | "text-to-speech"
  | "voice-activity-detection"
  | "text-to-image"
  | "image-classification"
  | "object-detection"
  | "image-to-text"
  | "reranking"
  | "moderation"
  | "decision"
  | "extraction";

/** What `await using` needs, where the compiler knows of it. */
type Disposal = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { [Name in Key]: () => Promise<void> }
  : unknown;

/** A server that listens. `await using` closes it. */
export type LocalServer = ListeningServer & Disposal;

interface ListeningServer {
  url: string;
  port: number;
  accountId: string;
  apiToken: string;
  /** The REST API's base for that account: ends in `/ai`. */
  baseURL: string;
  /** Who answers each task, in words. */
  engines: Record<LocalTask, string>;
  /** Stops listening, ends open connections and frees the models. */
  close(): Promise<void>;
}

/** A result of `toMarkdown`. */
export type ConvertedFile =
  | { id: string; name: string; mimeType: string; format: "markdown" | "text"; tokens: number; data: string }
  | { id: string; name: string; mimeType: string; format: "error"; error: string };

/** `env.AI.gateway(id)`. */
export interface LocalGateway {
  getUrl(provider?: string): Promise<string>;
  /** Steps in order until one succeeds. Resolves whatever the status is. */
  run(
    steps: object | object[],
    options?: { extraHeaders?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
  getLog(logId: string): Promise<Record<string, unknown> & { id: string; created_at: Date }>;
  patchLog(
    logId: string,
    patch: { score?: number | null; feedback?: -1 | 1 | null; metadata?: Record<string, unknown> | null },
  ): Promise<void>;
}

/** What `run(model, inputs, { websocket: true })` gives: like a Worker's response to an upgrade. */
export interface LocalSocketResponse {
  status: number;
  headers: Headers;
  /** Absent if the connection was refused; then it is a real `Response`. */
  webSocket: LocalSocket;
}

/** A WebSocket that must be accepted before it sends and has events. Bytes arrive as `ArrayBuffer`. */
export interface LocalSocket extends EventTarget {
  readonly readyState: number;
  accept(): void;
  send(data: string | ArrayBuffer | ArrayBufferView): void;
  close(code?: number, reason?: string): void;
}

/** `env.AI` as an object: pass it where a Worker's code expects its binding. */
export interface LocalAI {
  run(model: string, inputs: Record<string, unknown>, options?: Record<string, unknown>): Promise<any>;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  models(params?: Record<string, unknown>): Promise<Record<string, unknown>[]>;
  /** Web search: results that say that nothing was searched. */
  websearch(
    request: {
      gatewayId: string;
      query: string;
      limit?: number;
      provider?: "ceramic" | "exa" | "linkup";
      byokAlias?: string;
    },
    options?: { extraHeaders?: Record<string, string> },
  ): Promise<Response>;
  gateway(id: string): LocalGateway;
  toMarkdown(): {
    transform(file: { name: string; blob: Blob }, options?: object): Promise<ConvertedFile>;
    transform(files: { name: string; blob: Blob }[], options?: object): Promise<ConvertedFile[]>;
    supported(): Promise<{ extension: string; mimeType: string }[]>;
  };
  toMarkdown(file: { name: string; blob: Blob }, options?: object): Promise<ConvertedFile>;
  toMarkdown(files: { name: string; blob: Blob }[], options?: object): Promise<ConvertedFile[]>;
  getLogs(): never[];
  lastRequestId: string | null;
  aiGatewayLogId: string | null;
  lastRequestHttpStatusCode: number | null;
  lastRequestInternalStatusCode: number | null;
}

/**
 * Makes an object with `env.AI`'s interface, for unit tests and apps.
 *
 * ```ts
 * const ai = createLocalAI({ engine: "stand-in" });
 * await ai.run("@cf/meta/llama-3.3-70b-instruct-fp8-fast", { prompt: "echo: hello" }); // { response: "hello", usage: … }
 * ```
 */
export function createLocalAI(options?: HandlerOptions): LocalAI;

/**
 * Makes an `env.AI` for a test, of which every model gives the same reply, or one reply after the other. It is `createLocalAI` with `routes`
 * for all models.
 *
 * ```ts
 * const ai = new WorkersAI({ binding: mockAI("Hello!") });
 * const { text } = await ai.generateText(model, "Hi"); // "Hello!"
 * ```
 *
 * @param reply a text, `{ json }`, `{ error }`, several of them for one call after the other, or a function of the call
 */
export function mockAI(reply: Route, options?: HandlerOptions): LocalAI;

/** A vector, as Vectorize takes and gives it. */
export interface LocalVector {
  id: string;
  values: number[] | Float32Array | Float64Array;
  namespace?: string;
  metadata?: Record<string, any>;
}

export interface LocalVectorMatch {
  id: string;
  /** The similarity; for `"euclidean"` the distance, where less is better. */
  score: number;
  values?: number[];
  namespace?: string;
  metadata?: Record<string, any>;
}

export interface LocalVectorQueryOptions {
  /** 1 to 100, to 50 with values or all metadata. Default 5. */
  topK?: number;
  namespace?: string;
  returnValues?: boolean;
  returnMetadata?: boolean | "all" | "indexed" | "none";
  /** `{ "path.to": value }`, or `$eq`, `$ne`, `$in`, `$nin`, `$lt`, `$lte`, `$gt`, `$gte` in the value's place. Every property is indexed. */
  filter?: Record<string, any>;
}

/** A Vectorize binding. Changes are to be seen at once; searches are exact. */
export interface LocalVectorize {
  insert(vectors: LocalVector[]): Promise<{ mutationId: string }>;
  upsert(vectors: LocalVector[]): Promise<{ mutationId: string }>;
  query(
    vector: number[] | Float32Array | Float64Array,
    options?: LocalVectorQueryOptions,
  ): Promise<{ count: number; matches: LocalVectorMatch[] }>;
  queryById(
    id: string,
    options?: LocalVectorQueryOptions,
  ): Promise<{ count: number; matches: LocalVectorMatch[] }>;
  getByIds(ids: string[]): Promise<(LocalVector & { values: number[] })[]>;
  deleteByIds(ids: string[]): Promise<{ mutationId: string }>;
  describe(): Promise<{
    vectorCount: number;
    dimensions: number;
    processedUpToDatetime: string | null;
    processedUpToMutation: string | null;
  }>;
  /** Closes the file and frees the memory. */
  close(): Promise<void>;
}

/**
 * Makes an object with the interface of a Vectorize binding, so that a whole RAG Worker runs on this machine. Needs `workers-ai-wasm`.
 *
 * ```ts
 * const env = { AI: createLocalAI(), VECTORIZE: createLocalVectorize({ dimensions: 768, path: "index.jsonl" }) };
 * ```
 *
 * @param options the default of `metric` is `"cosine"`; `path`: a file that keeps it (Node, Deno, Bun), readable for its owner alone
 */
export function createLocalVectorize(options: {
  dimensions: number;
  metric?: "cosine" | "euclidean" | "dot-product";
  path?: string;
}): LocalVectorize;

/**
 * Makes a fetch handler that speaks the REST API, the same below an own-proxy prefix, and the upstream protocol of the binding.
 *
 * ```ts
 * const ai = new WorkersAI({ baseURL: "http://local/ai", fetch: (url, init) => handle(new Request(url, init)) });
 * ```
 */
export function createLocalHandler(options?: HandlerOptions): (request: Request) => Promise<Response>;

/**
 * Starts an HTTP server around that handler. Needs Node, Deno or Bun, unbundled.
 *
 * ```ts
 * const server = await serveLocalAI();
 * const ai = new WorkersAI({ baseURL: server.baseURL, apiToken: server.apiToken });
 * ```
 */
export function serveLocalAI(options?: ServerOptions): Promise<LocalServer>;

/** The fingerprint that the stand-in's answer to these inputs contains. */
export function inputsDigest(model: string, inputs: Record<string, unknown>): string;
