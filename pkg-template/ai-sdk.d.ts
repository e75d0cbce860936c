import type { CallOptions, ClientOptions, GatewayOptions, Meta, Timeouts, WorkersAI } from "./index.js";

/** JSON as the AI SDK types it. */
type JSONValue = null | string | number | boolean | JSONObject | JSONValue[];
type JSONObject = { [key: string]: JSONValue | undefined };

/**
 * The value of `providerOptions.workersai`, and the second argument of a model: the options of a call, and
 * any parameter of the model by the service's own name, which overrides the SDK's settings.
 *
 * @example
 * ```ts
 * await generateText({
 *   model: workersai("@cf/openai/gpt-oss-120b"),
 *   prompt: "Why is the sky blue?",
 *   providerOptions: { workersai: { gateway: "my-gateway", sessionAffinity: chatId, reasoning_effort: "low" } },
 * });
 * ```
 */
export interface WorkersAIModelOptions {
  /** The AI Gateway: its id, or how to use it. */
  gateway?: string | GatewayOptions | undefined;
  /**
   * Requests with the same value are routed to the same instance, which may have the beginning of the prompt
   * cached.
   */
  sessionAffinity?: string | undefined;
  /** At most five labels for the service's analytics. */
  tags?: readonly string[] | undefined;
  /** Fail at once rather than wait for capacity. */
  rejectIfBusy?: boolean | undefined;
  /**
   * Models to try if the one before has no capacity, is gone or fails before the first chunk of its answer.
   */
  fallback?: CallOptions["fallback"];
  /** Reconnect a stream whose connection breaks, where the gateway supports it; see the client's option. */
  resume?: boolean | undefined;
  /** Timeouts in milliseconds. */
  timeout?: number | Timeouts | undefined;
  /**
   * Retries by the client. The AI SDK retries too, by its own setting of the same name; each of its attempts
   * starts a new count.
   *
   * @default 0
   */
  maxRetries?: number | undefined;
  /** A parameter of the model, such as `reasoning_effort`, `lora` or `guidance`. */
  [parameter: string]: unknown;
}

/**
 * The value of `providerMetadata.workersai`: the metadata of an answer. Fields that the service did not send
 * are absent.
 *
 * `costUsd` is the price of the neurons that the service reports as billed. If it reports none,
 * `estimateCost` of `workers-ai-wasm/catalog` computes it from the usage.
 */
export type WorkersAIMetadata = Meta & {
  /** The price of the neurons in US dollars. */
  costUsd?: number;
};

type Metadata = { workersai: JSONObject };

type Warning =
  | { type: "unsupported"; feature: string; details?: string }
  | { type: "compatibility"; feature: string; details?: string }
  | { type: "other"; message: string };

type FinishReason = {
  unified: "stop" | "length" | "content-filter" | "tool-calls" | "error" | "other";
  raw: string | undefined;
};

type LanguageModelUsage = {
  inputTokens: {
    total: number | undefined;
    noCache: number | undefined;
    cacheRead: number | undefined;
    cacheWrite: number | undefined;
  };
  outputTokens: { total: number | undefined; text: number | undefined; reasoning: number | undefined };
  raw?: JSONObject;
};

type ToolCall = {
  type: "tool-call";
  toolCallId: string;
  toolName: string;
  input: string;
  providerMetadata?: Metadata;
};

type Content = { type: "text"; text: string } | { type: "reasoning"; text: string } | ToolCall;

type StreamPart =
  | { type: "stream-start"; warnings: Warning[] }
  | { type: "response-metadata"; id?: string; modelId?: string }
  | { type: "text-start" | "text-end" | "reasoning-start" | "reasoning-end"; id: string }
  | { type: "text-delta" | "reasoning-delta"; id: string; delta: string }
  | { type: "tool-input-start"; id: string; toolName: string }
  | { type: "tool-input-delta"; id: string; delta: string }
  | { type: "tool-input-end"; id: string }
  | ToolCall
  | { type: "raw"; rawValue: unknown }
  | { type: "error"; error: unknown }
  | { type: "finish"; finishReason: FinishReason; usage: LanguageModelUsage; providerMetadata: Metadata };

type Headers = Record<string, string>;

/** Common to all models. */
interface Model {
  readonly specificationVersion: "v4";
  readonly provider: string;
  readonly modelId: string;
}

/** A `LanguageModelV4` of the AI SDK. */
export interface WorkersAILanguageModel extends Model {
  readonly supportedUrls: Record<string, RegExp[]>;
  doGenerate(options: LanguageModelCall): Promise<{
    content: Content[];
    finishReason: FinishReason;
    usage: LanguageModelUsage;
    providerMetadata: Metadata;
    request: { body: unknown };
    response: { id?: string; modelId?: string; headers?: Headers; body?: unknown };
    warnings: Warning[];
  }>;
  doStream(options: LanguageModelCall): Promise<{
    stream: ReadableStream<StreamPart>;
    request: { body: unknown };
    response: { headers?: Headers };
  }>;
}

/** The argument of the SDK's calls to a language model: `LanguageModelV4CallOptions`. */
type LanguageModelCall = { prompt: any[]; includeRawChunks?: boolean; [setting: string]: any };

/** An `EmbeddingModelV4` of the AI SDK. */
export interface WorkersAIEmbeddingModel extends Model {
  readonly maxEmbeddingsPerCall: undefined;
  readonly supportsParallelCalls: true;
  doEmbed(options: { values: string[]; [setting: string]: any }): Promise<{
    embeddings: number[][];
    usage?: { tokens: number };
    providerMetadata: Metadata;
    response: { headers?: Headers; body?: unknown };
    warnings: Warning[];
  }>;
}

/** An `ImageModelV4` of the AI SDK. */
export interface WorkersAIImageModel extends Model {
  readonly maxImagesPerCall: 1;
  doGenerate(options: { prompt: string | undefined; n: number; [setting: string]: any }): Promise<{
    images: Uint8Array[];
    warnings: Warning[];
    providerMetadata: { workersai: { images: JSONValue[] } & JSONObject };
    response: { timestamp: Date; modelId: string; headers: Headers | undefined };
  }>;
}

/** A `TranscriptionModelV4` of the AI SDK. */
export interface WorkersAITranscriptionModel extends Model {
  doGenerate(options: { audio: Uint8Array | string; mediaType: string; [setting: string]: any }): Promise<{
    text: string;
    segments: { text: string; startSecond: number; endSecond: number }[];
    words?: { text: string; startSecond: number; endSecond: number }[];
    language: string | undefined;
    durationInSeconds: number | undefined;
    warnings: Warning[];
    providerMetadata: Metadata;
    response: { timestamp: Date; modelId: string; headers?: Headers; body?: unknown };
  }>;
}

/** A `SpeechModelV4` of the AI SDK. */
export interface WorkersAISpeechModel extends Model {
  doGenerate(options: { text: string; [setting: string]: any }): Promise<{
    audio: Uint8Array;
    warnings: Warning[];
    providerMetadata: Metadata;
    response: { timestamp: Date; modelId: string; headers?: Headers };
  }>;
}

/** A `RerankingModelV4` of the AI SDK. */
export interface WorkersAIRerankingModel extends Model {
  doRerank(options: {
    documents: { type: "text"; values: string[] } | { type: "object"; values: any[] };
    query: string;
    topN?: number;
    [setting: string]: any;
  }): Promise<{
    ranking: { index: number; relevanceScore: number }[];
    providerMetadata: Metadata;
    warnings: Warning[];
    response: { id?: string; modelId?: string; headers?: Headers; body?: unknown };
  }>;
}

/**
 * A provider of the AI SDK: a `ProviderV4`. Called as a function, it returns a language model.
 *
 * A model receives the SDK's settings that it supports, and a warning is added for each of the others.
 * Failures are thrown as the SDK's error classes, with the client's {@link WorkersAIError} as `cause`.
 * `isRetryable` is true only if the same request may succeed soon, so an exhausted daily quota is not
 * retried.
 */
export interface WorkersAIProvider {
  (modelId: string, options?: WorkersAIModelOptions): WorkersAILanguageModel;
  readonly specificationVersion: "v4";
  /** A language model: `generateText`, `streamText`, agents, tools, structured output. */
  languageModel(modelId: string, options?: WorkersAIModelOptions): WorkersAILanguageModel;
  /** Alias of {@link WorkersAIProvider.languageModel}. */
  chat(modelId: string, options?: WorkersAIModelOptions): WorkersAILanguageModel;
  /**
   * Vectors: `embed`, `embedMany`. Any number of values is one call of the model; the client splits it into
   * requests.
   */
  embeddingModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIEmbeddingModel;
  /** Alias of {@link WorkersAIProvider.embeddingModel}. */
  embedding(modelId: string, options?: WorkersAIModelOptions): WorkersAIEmbeddingModel;
  /** Former name of {@link WorkersAIProvider.embeddingModel}. */
  textEmbeddingModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIEmbeddingModel;
  /** Images: `generateImage`, from images where the model accepts them. */
  imageModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIImageModel;
  /** Alias of {@link WorkersAIProvider.imageModel}. */
  image(modelId: string, options?: WorkersAIModelOptions): WorkersAIImageModel;
  /** Recordings to text: `transcribe`. Long ones are split, see the client's method. */
  transcriptionModel(modelId: string, options?: WorkersAIModelOptions): WorkersAITranscriptionModel;
  /** Alias of {@link WorkersAIProvider.transcriptionModel}. */
  transcription(modelId: string, options?: WorkersAIModelOptions): WorkersAITranscriptionModel;
  /** Text to speech: `generateSpeech`. */
  speechModel(modelId: string, options?: WorkersAIModelOptions): WorkersAISpeechModel;
  /** Alias of {@link WorkersAIProvider.speechModel}. */
  speech(modelId: string, options?: WorkersAIModelOptions): WorkersAISpeechModel;
  /** Ranks documents by a query: `rerank`. */
  rerankingModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIRerankingModel;
  /** Alias of {@link WorkersAIProvider.rerankingModel}. */
  reranking(modelId: string, options?: WorkersAIModelOptions): WorkersAIRerankingModel;
}

/**
 * Creates a provider for the AI SDK (`ai` 7) from a client or from a client's options. Without an argument
 * the client is created when a model is first used, from the environment variables, as `new WorkersAI()`
 * does.
 *
 * @throws `LoadAPIKeyError` or `LoadSettingError` of the AI SDK, for invalid options
 *
 * @example In a Worker
 * ```ts
 * import { streamText } from "ai";
 * import { createWorkersAI } from "workers-ai-wasm/ai-sdk";
 *
 * const workersai = createWorkersAI({ binding: env.AI });
 * const result = streamText({ model: workersai("@cf/meta/llama-3.3-70b-instruct-fp8-fast"), prompt: "Why is the sky blue?" });
 * return result.toUIMessageStreamResponse();
 * ```
 */
export function createWorkersAI(options?: ClientOptions | WorkersAI): WorkersAIProvider;

/**
 * The default provider, configured by `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_API_TOKEN`, which are read when
 * a model is first used.
 *
 * @example
 * ```ts
 * import { generateText } from "ai";
 * import { workersai } from "workers-ai-wasm/ai-sdk";
 *
 * const { text } = await generateText({ model: workersai("@cf/openai/gpt-oss-120b"), prompt: "Why is the sky blue?" });
 * ```
 */
export const workersai: WorkersAIProvider;
