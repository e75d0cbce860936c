/**
 * `workers-ai-wasm/local`: a local implementation of the Workers AI service, for tests and for development without an
 * account. It serves every task and every endpoint: text, embeddings, classification, translation, speech in both
 * directions, images in both directions, decisions, the batch queue, the catalogue, finetunes, gateways, conversion to
 * Markdown, and realtime models over WebSockets.
 *
 * Answers come from Cloudflare if credentials are set, from an OpenAI-compatible server if its URL is set, from small
 * models if they are installed, from recordings, or from a deterministic stand-in that says that it is one. Inputs are
 * validated as the service does, and rejected with its codes.
 *
 * The stand-in draws coloured cells, as PNG or JPEG files of the requested size, and speaks with tones or silence, as
 * WAV, MP3, FLAC, Ogg Opus or AAC files. These files contain the prompt as a comment, and the stand-in reads an image or
 * a recording by that comment, so that a text that is spoken and transcribed is unchanged.
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

/** A text-generation request, in the same form for every dialect. */
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

/** An image of a request: the properties in its header, and its bytes. */
export interface EngineImage {
  /** "PNG", "JPEG", "WebP", "GIF", "BMP". */
  format: string;
  width: number;
  height: number;
  bytes: Uint8Array;
  /** The comment inside the file, if the stand-in made it. */
  comment?: string;
}

/** A recording of a request: the properties in its header, and its bytes. */
export interface EngineAudio {
  /** "WAV", "MP3", "FLAC", …, or "raw linear16" and other raw encodings. */
  format: string;
  /** Seconds; estimated from the size if the header does not contain it. */
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

/** The properties of every request to an engine. */
interface EngineRequest {
  model: { id: string };
  signal: AbortSignal;
}

/** Answers the requests of some tasks; the methods of other tasks are absent. */
export interface Engine {
  /** Short name; replies carry it in the header `x-local-engine`. */
  name: string;
  /** A description for people. */
  description: string;
  /** Whether this engine answers the request; if not, the next one is called. */
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
  /** The categories, `S1` to `S14`, of the last message; empty if it is safe. */
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
  /** The probability, from 0 to 1, that the speaker has finished. */
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
  /** Boxes in pixels, best first; `target`, if present, is the only kind of object to look for. */
  detectObjects?(
    request: EngineRequest & { image: EngineImage; target?: string },
  ): Promise<
    { label: string; score: number; box: { xmin: number; ymin: number; xmax: number; ymax: number } }[]
  >;
  describeImage?(
    request: EngineRequest & { image?: EngineImage; prompt?: string; maxTokens?: number },
  ): Promise<string>;
  /** Releases the resources of the engine. */
  close?(): Promise<void>;
}

/** Errors of the service by name; `{ error: code }` selects any other code. */
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

/** A form of an error, the same for every door. `"success"` is the REST API's, with status 200. */
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

/** A form of an error within a stream. */
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
 * Faults to inject. Sizes are bytes and times are milliseconds unless stated otherwise. On WebSockets, errors refuse
 * the connection, and `pace`, `truncate`, `drop`, `stall` and `garbage` count messages and their contents.
 */
export type Faults = { [name in FaultError]?: boolean } & {
  /** Fail with this code of the service. */
  error?: number;
  /** HTTP status instead of the error's or the redirect's usual one. */
  status?: number;
  /** The form of the error, instead of the door's own. */
  shape?: ErrorShape;
  /** Repeat the inputs and the credential in the error's text, as a careless server does. */
  quote?: boolean;
  /** Seconds in the `retry-after` header of an error. */
  "retry-after"?: number;
  /** The same as a date, this number of seconds from now. */
  "retry-date"?: number;
  /** Milliseconds in the `retry-after-ms` header of an error. */
  "retry-after-ms"?: number;
  /** Number of calls that these faults apply to; the later ones are normal. */
  times?: number;
  /** The name under which `times` is counted; also in {@link CallReport}. */
  id?: string;
  /** Wait before answering. */
  delay?: number;
  /** Wait as if there were no capacity, but reject a call with `rejectIfBusy` at once with 3040. */
  busy?: number;
  /** Never answer. */
  hang?: boolean;
  /** Break the connection instead of answering. */
  disconnect?: boolean;
  /** Redirect to this URL, with status 307. */
  redirect?: string;
  /** Answer with this status (200 if `true`) and nothing else. */
  empty?: number | boolean;
  /** Send early hints (103) before the answer. Only of a server. */
  hints?: boolean;
  /** The network edge fails: an HTML page with status 520. */
  edge?: boolean;
  /** The network edge fails: plain text with status 500. */
  "edge-text"?: boolean;
  /** Index of the request of a batch that fails. */
  "fail-item"?: number;
  /** Send JSON with a charset in its content type, which the binding returns as a stream. */
  charset?: boolean;
  /** Send this content type. */
  "content-type"?: string;
  /** Declare the body as compressed, although it is not. */
  "bad-gzip"?: boolean;
  /** Send a `content-length`, computed without the faults of the body. */
  sized?: boolean;
  /** Answer with JSON although a stream was requested. */
  "whole-json"?: boolean;
  /** Cut the body into pieces of this size (1 if `true`). */
  chunk?: number | boolean;
  /** Wait before each piece of the body (20 if `true`). */
  pace?: number | boolean;
  /** End the body without an error after this number of bytes (64 if `true`); with `sized` the connection ends there. */
  truncate?: number | boolean;
  /** Break the connection after this number of bytes (64 if `true`). */
  drop?: number | boolean;
  /** The same with a reset, if the runtime supports it. */
  reset?: number | boolean;
  /** Send this number of bytes (64 if `true`), then nothing. */
  stall?: number | boolean;
  /** Enlarge the body by this number of bytes (1 MiB if `true`): with one event, or with blanks at its beginning. */
  huge?: number | boolean;
  /** Insert a byte that is not UTF-8 after this number of bytes (64 if `true`). */
  "invalid-utf8"?: number | boolean;
  /** Send this number of random bytes (64 if `true`) instead of the body. */
  noise?: number | boolean;
  /** Insert an event that is not JSON into the stream. */
  garbage?: boolean;
  /** Insert an error event with this code (3040 if `true`) into the stream and end it. */
  "error-event"?: number | boolean;
  /** The form of that event. Default `"legacy"`. */
  "event-shape"?: ErrorEventShape;
  /** Number of events before `garbage` or `error-event`. Default 1. */
  after?: number;
  /** Omit `data: [DONE]`. */
  "no-done"?: boolean;
  /** End lines with CRLF. */
  crlf?: boolean;
};

/**
 * A canned reply: the text of a language model, sent in the model's own dialect, streamed or whole; a JSON value or an
 * error, in the form of each door; or bytes that every door sends unchanged.
 */
export type CannedReply =
  | string
  | { json: unknown; status?: number; headers?: Record<string, string>; contentType?: string }
  | { error: number; message?: string; status?: number; headers?: Record<string, string> }
  | {
      /** Text or bytes are one chunk; each item of an iterable is a chunk. */
      body?: string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> | null;
      contentType: string;
      status?: number;
      headers?: Record<string, string>;
    };

/** The call that is passed to a function in `routes`. */
export interface RouteCall {
  model: string;
  inputs: Record<string, unknown>;
  /** The body, if it is bytes and not JSON. */
  body?: { bytes: Uint8Array; contentType: string };
  options: Record<string, unknown>;
  face: "binding" | "rest";
  headers: Headers;
  signal: AbortSignal;
}

/** One reply, one reply per call (the last one is repeated), or a function; if it returns null, an engine answers. */
export type Route =
  | CannedReply
  | readonly CannedReply[]
  | ((call: RouteCall) => CannedReply | null | Promise<CannedReply | null>);

/** The outcome of a call, without its inputs and answers. */
export interface CallReport {
  requestId: string;
  face: "binding" | "rest";
  /** "run", "chat", "embeddings", "responses", "messages", "connect", or an endpoint such as "models.search". */
  operation: string;
  model: string;
  /** Name of the engine, "route" for a canned reply; absent if none was called. */
  engine?: string;
  /** `cancelled`: the caller disconnected; `error`: the body broke off. */
  outcome: "complete" | "cancelled" | "error";
  status?: number;
  /** The service's error code, if the call was answered with one. */
  code?: number;
  /** The `id` of its faults. */
  faultId?: string;
  durationMs: number;
}

/** A recorded call and its answer: without request headers and secrets, the same for every door. */
export interface Exchange {
  /** Equal for calls that are answered alike. */
  key: string;
  operation: string;
  model: string;
  inputs?: Record<string, unknown>;
  query?: Record<string, string>;
  /** Type and size of a body of bytes. */
  contentType?: string;
  bytes?: number;
  answer: {
    status?: number;
    headers?: Record<string, string>;
    neurons?: number;
    contentType?: string;
    /** One of these is present: a value without its envelope, an error, the chunks of a stream, or bytes. */
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
   * The engine that answers. Default `"auto"`: the first one that is configured or installed. Tests should name one.
   * `"recorded"`: only the exchanges of `replay`.
   */
  engine?: "auto" | "cloudflare" | "openai" | "small-models" | "recorded" | "stand-in" | Engine | Engine[];
  /** Credentials. Default: `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_API_TOKEN`. `false`: never call Cloudflare. */
  cloudflare?: { accountId?: string; apiToken?: string; baseURL?: string; fetch?: typeof fetch } | false;
  /** An OpenAI-compatible server. Default: `WORKERS_AI_LOCAL_OPENAI_URL`, `_KEY` and `_MODEL`. `false`: none. */
  openai?:
    | { baseURL: string; apiKey?: string; model?: string; embeddingModel?: string; fetch?: typeof fetch }
    | false;
  /** Folders of the small models. Default: `WORKERS_AI_LOCAL_MODELS`, or a folder in the user's cache. `false`: none. */
  smallModels?: { folder?: string; weights?: string } | false;
  /** Environment variables. Default: those of the process. */
  env?: Record<string, string | undefined>;
  /** Milliseconds between two pieces of the stand-in's answer. Default 0. */
  pace?: number;
  /** Additional models by id: with their dialect, or the model of the catalogue that they behave like, of any task. */
  models?: Record<
    string,
    | "legacy"
    | "chat"
    | "embeddings"
    | { like: string }
    | { dialect: "legacy" | "chat" | "embeddings"; dimensions?: number; reasoning?: string }
  >;
  /** Whether models past their announced end are served, or rejected with 5028. Default `"serve"`. */
  deprecated?: "serve" | "refuse";
  /** Number of polls that find a batch unfinished: the last of them running, the others queued. Default 2. */
  batchPolls?: number;
  /** Records exchanges in a folder (Node, Deno, Bun) or with a function: without tokens and account ids, but with prompts. */
  record?: string | ((exchange: Exchange) => void | Promise<void>);
  /** Recorded exchanges, or their folder: they answer before the stand-in is called. */
  replay?: string | Exchange[];
  /**
   * Spend limits by gateway id; `"*"` is for all others. Calls above the limit are rejected with 429 and the code 2041
   * (`SPEND_LIMIT` in the client) until the window ends, `windowMs` milliseconds after its first call; the default is a
   * day. Prices are those of the catalogue; a million tokens of another author's model cost one dollar. Cached answers
   * are free.
   */
  spendLimits?: Record<string, { usd: number; windowMs?: number }>;
  /** Canned replies by model id; `"*"` is for all other models. */
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
  /** The request header with the faults of one call. Default `"x-local-fault"`; `false`: none. */
  faultHeader?: string | false;
  /** Called once for each call, after the end of its body. */
  onCall?(report: CallReport): void;
  /**
   * Called with the messages that a Queue subscribed to Workers AI would receive: `cf.workersAi.model.batch.queued`,
   * then `.succeeded` or `.failed`. A batch that has succeeded is completed at the next poll.
   */
  onBatchEvent?(message: {
    type: string;
    source: { type: string; modelName: string };
    payload: { requestId: string };
    metadata: { eventSchemaVersion: number; eventTimestamp: string };
  }): void;
  /** Called with errors of engines, which callers only see as "Internal server error". Default: `console.error`. */
  onError?(error: unknown): void;
}

export interface HandlerOptions extends LocalOptions {
  /** The account id that the REST API accepts. Default: any valid one. */
  accountId?: string;
  /** The token that the REST API accepts. Default: any. */
  apiToken?: string;
  /** Path below which the API works without a token, as behind your own proxy. Default `"/ai"`. */
  prefix?: string;
  /** Limit of a request body in bytes; larger ones are rejected with 3006. Default 100 MiB. */
  maxBodyBytes?: number;
}

export interface ServerOptions extends HandlerOptions {
  /** Default 0: a free port. */
  port?: number;
  /** Default `"127.0.0.1"`. */
  host?: string;
  /** Origins of other pages that may call the server. Default: none. */
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

/** The method that `await using` needs, if the compiler knows it. */
type Disposal = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { [Name in Key]: () => Promise<void> }
  : unknown;

/** A listening server. `await using` closes it. */
export type LocalServer = ListeningServer & Disposal;

interface ListeningServer {
  url: string;
  port: number;
  accountId: string;
  apiToken: string;
  /** The base URL of the REST API for that account; ends with `/ai`. */
  baseURL: string;
  /** A description of the engine of each task. */
  engines: Record<LocalTask, string>;
  /** Stops listening, closes open connections and releases the models. */
  close(): Promise<void>;
}

/** A result of `toMarkdown`. */
export type ConvertedFile =
  | { id: string; name: string; mimeType: string; format: "markdown" | "text"; tokens: number; data: string }
  | { id: string; name: string; mimeType: string; format: "error"; error: string };

/** `env.AI.gateway(id)`. */
export interface LocalGateway {
  getUrl(provider?: string): Promise<string>;
  /** Runs steps in order until one succeeds. Resolves with any status. */
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

/** The result of `run(model, inputs, { websocket: true })`, like a Worker's response to an upgrade. */
export interface LocalSocketResponse {
  status: number;
  headers: Headers;
  /** Absent if the connection was refused; the result is then a `Response`. */
  webSocket: LocalSocket;
}

/** A WebSocket that must be accepted before it can send and dispatch events. Bytes are received as `ArrayBuffer`. */
export interface LocalSocket extends EventTarget {
  readonly readyState: number;
  accept(): void;
  send(data: string | ArrayBuffer | ArrayBufferView): void;
  close(code?: number, reason?: string): void;
}

/** An object with the interface of `env.AI`, to be passed to code that expects the binding. */
export interface LocalAI {
  run(model: string, inputs: Record<string, unknown>, options?: Record<string, unknown>): Promise<any>;
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  models(params?: Record<string, unknown>): Promise<Record<string, unknown>[]>;
  /** Web search; its results say that no search was made. */
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
 * Creates an object with the interface of `env.AI`, for unit tests and apps.
 *
 * ```ts
 * const ai = createLocalAI({ engine: "stand-in" });
 * await ai.run("@cf/meta/llama-3.3-70b-instruct-fp8-fast", { prompt: "echo: hello" }); // { response: "hello", usage: … }
 * ```
 */
export function createLocalAI(options?: HandlerOptions): LocalAI;

/**
 * Creates an `env.AI` for a test, in which all models send the same reply, or one reply after the other. It is
 * `createLocalAI` with `routes` for all models.
 *
 * ```ts
 * const ai = new WorkersAI({ binding: mockAI("Hello!") });
 * const { text } = await ai.generateText(model, "Hi"); // "Hello!"
 * ```
 *
 * @param reply a text, `{ json }`, `{ error }`, an array with one of them per call, or a function of the call
 */
export function mockAI(reply: Route, options?: HandlerOptions): LocalAI;

/** A vector in the form of Vectorize. */
export interface LocalVector {
  id: string;
  values: number[] | Float32Array | Float64Array;
  namespace?: string;
  metadata?: Record<string, any>;
}

export interface LocalVectorMatch {
  id: string;
  /** The similarity; for `"euclidean"` the distance, where a lower one is better. */
  score: number;
  values?: number[];
  namespace?: string;
  metadata?: Record<string, any>;
}

export interface LocalVectorQueryOptions {
  /** 1 to 100, or to 50 with values or all metadata. Default 5. */
  topK?: number;
  namespace?: string;
  returnValues?: boolean;
  returnMetadata?: boolean | "all" | "indexed" | "none";
  /** `{ "path.to": value }`, or `$eq`, `$ne`, `$in`, `$nin`, `$lt`, `$lte`, `$gt`, `$gte` instead of the value. Every property is indexed. */
  filter?: Record<string, any>;
}

/** A Vectorize binding. Changes are visible at once, and searches are exact. */
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
 * Creates an object with the interface of a Vectorize binding, so that a whole RAG Worker runs locally. Requires
 * `workers-ai-wasm`.
 *
 * ```ts
 * const env = { AI: createLocalAI(), VECTORIZE: createLocalVectorize({ dimensions: 768, path: "index.jsonl" }) };
 * ```
 *
 * @param options `metric` is `"cosine"` by default; `path` is a file that stores the vectors (Node, Deno, Bun), readable
 *   by its owner only
 */
export function createLocalVectorize(options: {
  dimensions: number;
  metric?: "cosine" | "euclidean" | "dot-product";
  path?: string;
}): LocalVectorize;

/**
 * Creates a fetch handler that implements the REST API, the same API below the prefix of an own proxy, and the upstream
 * protocol of the binding.
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

/** The fingerprint in the stand-in's answer to these inputs. */
export function inputsDigest(model: string, inputs: Record<string, unknown>): string;
