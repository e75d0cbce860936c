import type { CallOptions, ClientOptions, GatewayOptions, Meta, Timeouts, WorkersAI } from "./index.js";

/** JSON, as the AI SDK has it. */
type JSONValue = null | string | number | boolean | JSONObject | JSONValue[];
type JSONObject = { [key: string]: JSONValue | undefined };

/**
 * What `providerOptions.workersai` takes, and the second argument of a model: the options of a call, and any parameter of the model by the service's own
 * name, which wins over what the SDK's settings say.
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
  /** Calls with the same value go to the same place, where the model may still remember the beginning of the prompt. */
  sessionAffinity?: string | undefined;
  /** At most five labels for the service's analytics. */
  tags?: readonly string[] | undefined;
  /** Fail at once rather than wait for capacity. */
  rejectIfBusy?: boolean | undefined;
  /** Models that are asked when one before them has no capacity, is gone or failed, before anything of the answer has come. */
  fallback?: CallOptions["fallback"];
  /** A stream whose connection breaks goes on over another one, where the gateway can do that; see the client's option. */
  resume?: boolean | undefined;
  /** Limits of time, in milliseconds. */
  timeout?: number | Timeouts | undefined;
  /**
   * Requests after the first that the client makes by itself. The AI SDK makes its own, by its setting of the same name, each of which counts anew.
   *
   * @default 0
   */
  maxRetries?: number | undefined;
  /** A parameter of the model, such as `reasoning_effort`, `lora` or `guidance`. */
  [parameter: string]: unknown;
}

/**
 * What `providerMetadata.workersai` holds: all that is known of how an answer came about. What the service did not say is absent.
 *
 * `costUsd` is the price of the neurons that the service says it bills. Where it says none, `estimateCost` of `workers-ai-wasm/catalog` computes it from the
 * usage.
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

/** What is common to all models. */
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

/** What the SDK calls a language model with: `LanguageModelV4CallOptions`. */
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
 * A provider of the AI SDK: a `ProviderV4`. Called, it gives a language model.
 *
 * Of the SDK's settings a model gets those that it knows; for each other one there is a warning. Failures come as the SDK's error classes, with the
 * client's {@link WorkersAIError} as `cause`; `isRetryable` is true only where the same request may succeed a little later, so a spent daily quota is not
 * asked for again.
 */
export interface WorkersAIProvider {
  (modelId: string, options?: WorkersAIModelOptions): WorkersAILanguageModel;
  readonly specificationVersion: "v4";
  /** A language model: `generateText`, `streamText`, agents, tools, structured output. */
  languageModel(modelId: string, options?: WorkersAIModelOptions): WorkersAILanguageModel;
  /** The same. */
  chat(modelId: string, options?: WorkersAIModelOptions): WorkersAILanguageModel;
  /** Vectors: `embed`, `embedMany`. Any number of values is one call of the model; the client cuts it into requests. */
  embeddingModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIEmbeddingModel;
  /** The same. */
  embedding(modelId: string, options?: WorkersAIModelOptions): WorkersAIEmbeddingModel;
  /** The same, by its older name. */
  textEmbeddingModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIEmbeddingModel;
  /** Images: `generateImage`, with images to start from where the model takes them. */
  imageModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIImageModel;
  /** The same. */
  image(modelId: string, options?: WorkersAIModelOptions): WorkersAIImageModel;
  /** Recordings to text: `transcribe`. Long ones are cut, see the client's method. */
  transcriptionModel(modelId: string, options?: WorkersAIModelOptions): WorkersAITranscriptionModel;
  /** The same. */
  transcription(modelId: string, options?: WorkersAIModelOptions): WorkersAITranscriptionModel;
  /** Text to speech: `generateSpeech`. */
  speechModel(modelId: string, options?: WorkersAIModelOptions): WorkersAISpeechModel;
  /** The same. */
  speech(modelId: string, options?: WorkersAIModelOptions): WorkersAISpeechModel;
  /** Documents by a query: `rerank`. */
  rerankingModel(modelId: string, options?: WorkersAIModelOptions): WorkersAIRerankingModel;
  /** The same. */
  reranking(modelId: string, options?: WorkersAIModelOptions): WorkersAIRerankingModel;
}

/**
 * Makes a provider for the AI SDK (`ai` 7) of a client, or of a client's options. Without either the client is made when a model is first used, of the
 * environment's variables, as `new WorkersAI()` does.
 *
 * @throws `LoadAPIKeyError` or `LoadSettingError` of the AI SDK, for options that are wrong
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
 * The provider of the environment: `CLOUDFLARE_ACCOUNT_ID` and `CLOUDFLARE_API_TOKEN`, read when a model is first used.
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
