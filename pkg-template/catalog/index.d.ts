/** The models known to this version of the package, and their prices. `ai.models` has the live list. */

/** What a model is for, by the service's own names. */
export type ModelTask =
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
  | "Voice Activity Detection";

/** The method of the client for a model. `run` supports all. */
export type ModelMethod =
  | "classifyImage"
  | "classifyText"
  | "connect"
  | "decide"
  | "describeImage"
  | "detectObjects"
  | "detectTurn"
  | "embed"
  | "generateImage"
  | "generateSpeech"
  | "generateText"
  | "rerank"
  | "streamText"
  | "summarize"
  | "transcribe"
  | "translate";

/**
 * What a model supports or requires:
 *
 * | capability | meaning |
 * | --- | --- |
 * | `functionCalling` | calls tools |
 * | `reasoning` | reasons before it answers |
 * | `vision` | accepts images |
 * | `lora` | accepts finetunes |
 * | `batch` | has a batch queue |
 * | `realtime` | uses a WebSocket |
 * | `partner` | belongs to a partner |
 * | `beta` | is in beta |
 * | `paidPlan` | requires the Workers Paid plan |
 *
 * Capabilities that the service has not declared are absent.
 */
export type ModelCapability =
  | "functionCalling"
  | "reasoning"
  | "vision"
  | "lora"
  | "batch"
  | "realtime"
  | "partner"
  | "beta"
  | "paidPlan";

/**
 * The unit of a price:
 *
 * | unit | one of it |
 * | --- | --- |
 * | `inputTokens`, `outputTokens`, `cachedInputTokens` | a million tokens |
 * | `characters` | a thousand characters |
 * | `images` | a million images |
 * | `audioMinute`, `audioMinuteWebSocket` | a minute of sound |
 * | `tile`, `inputTile`, `outputTile` | a started square of 512 by 512 pixels |
 * | `step` | a step of an image |
 * | `inputTileStep`, `outputTileStep` | a square, in each step |
 * | `firstMegapixel`, `furtherMegapixel`, `inputMegapixel` | a started 1024 by 1024 pixels |
 */
export type PriceUnit =
  | "inputTokens"
  | "outputTokens"
  | "cachedInputTokens"
  | "characters"
  | "images"
  | "audioMinute"
  | "audioMinuteWebSocket"
  | "tile"
  | "inputTile"
  | "outputTile"
  | "step"
  | "inputTileStep"
  | "outputTileStep"
  | "firstMegapixel"
  | "furtherMegapixel"
  | "inputMegapixel";

/** A price per unit. Neurons are billed; the service rounds the dollars. */
export interface Price {
  usd?: number;
  neurons?: number;
}

/** The reasoning effort setting of a model. */
export interface ReasoningEffortInfo {
  /** The supported levels. */
  readonly levels?: readonly string[];
  /** The level if none is set. */
  readonly default?: string;
  /** True if reasoning can be turned off. */
  readonly canDisable?: boolean;
  /** Levels that the model accepts in place of others. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** One model. Unknown facts are absent. */
export interface CatalogModel {
  /** The model's id, for every method. */
  readonly id: string;
  /** The task. */
  readonly task: ModelTask;
  /** The methods that support it, besides `run`. */
  readonly methods: readonly ModelMethod[];
  /**
   * `active`: in the service's own list. `unlisted`: priced, announced or typed, but not in it. `gated`: for accounts that ask for
   * it. `deprecated`: past its announced end; answered by a successor, or refused. `removed`: gone.
   */
  readonly status: "active" | "unlisted" | "gated" | "deprecated" | "removed";
  /** True if it is past its end, or removed. */
  readonly deprecated: boolean;
  /** The announced end, `YYYY-MM-DD`. */
  readonly deprecatedOn?: string;
  /** The model that replaces it. */
  readonly successor?: string;
  /** The date of its release, `YYYY-MM-DD`. */
  readonly created?: string;
  /** Tokens of prompt and answer together. */
  readonly contextWindow?: number;
  /** Tokens of one input. */
  readonly maxInputTokens?: number;
  /** Tokens of one answer, where that is less than the window. */
  readonly maxOutputTokens?: number;
  /** The length of a vector. */
  readonly dimensions?: number;
  /** Prices by unit. */
  readonly price?: { readonly [Unit in PriceUnit]?: Readonly<Price> };
  /** What it supports or requires. */
  readonly capabilities: readonly ModelCapability[];
  /** Its reasoning effort setting. */
  readonly reasoningEffort?: ReasoningEffortInfo;
  /** True if it supports `stream`. */
  readonly streams: boolean;
  /** Its languages, as ISO 639-1 codes. */
  readonly languages?: readonly string[];
  /** Requests per minute and account, unless agreed otherwise. */
  readonly requestsPerMinute?: number;
  /** What an account must do before it can use the model. */
  readonly access?: string;
  /** The name of its input shape. Models with the same one accept the same input. */
  readonly input: string;
  /** The name of its output shape. */
  readonly output: string;
  /** The facts that are inferred, not published. */
  readonly unverified?: readonly string[];
  /** Further remarks. */
  readonly note?: string;
}

/** Every model known to this version of the package, including removed ones, sorted by id. */
export const models: readonly CatalogModel[];

/** The date of the facts, `YYYY-MM-DD`. */
export const asOf: string;

/** The price of a neuron, in US dollars. */
export const usdPerNeuron: number;

/** The neurons that an account has free per day, until 00:00 UTC. */
export const freeNeuronsPerDay: number;

/** The usage of a call. A result's `usage` is sufficient for text; images and audio need more. */
export interface CostUsage {
  /** Neurons, if the service reported them: then they are the result. */
  neurons?: number | undefined;
  /** Tokens of the input, including cached ones. */
  promptTokens?: number | undefined;
  /** Tokens of the answer. Default: 0. */
  completionTokens?: number | undefined;
  /** The cached part of `promptTokens`. Default: 0. */
  cachedTokens?: number | undefined;
  /** Number of passes over the input of an extraction model; each one is billed. Default: 1. */
  passes?: number | undefined;
  /** Tokens of input and answer together: no price depends on it. */
  totalTokens?: number | undefined;
  /** Tokens of reasoning: included in `completionTokens`. */
  reasoningTokens?: number | undefined;
  /** Characters of the spoken text. */
  characters?: number | undefined;
  /** Seconds of audio. */
  audioSeconds?: number | undefined;
  /** True over a WebSocket. Default: only for models that support nothing else. */
  realtime?: boolean | undefined;
  /** Number of images. Default: 1. */
  images?: number | undefined;
  /** The width of each image, in pixels. Default: the model's. */
  width?: number | undefined;
  /** The height of each image, in pixels. Default: the model's. */
  height?: number | undefined;
  /** Steps per image. Default: the model's, if it is known. */
  steps?: number | undefined;
  /** The images that each image starts from, in pixels. */
  inputImages?: readonly { readonly width: number; readonly height: number }[] | undefined;
}

/** The usage of an answer of `run`, or of OpenAI's shapes, under the service's own names. */
export interface ServiceUsage {
  /** Tokens of the input, including cached ones. */
  prompt_tokens?: number | undefined;
  /** Tokens of the answer. */
  completion_tokens?: number | undefined;
  /** The same two, in the Responses dialect. */
  input_tokens?: number | undefined;
  /** Tokens of the answer, in the Responses dialect. */
  output_tokens?: number | undefined;
  /** Both together. */
  total_tokens?: number | undefined;
  /** Details of the input. */
  prompt_tokens_details?: { cached_tokens?: number | undefined } | null | undefined;
  /** Details of the input, in the Responses dialect. */
  input_tokens_details?: { cached_tokens?: number | undefined } | null | undefined;
  /** Neurons, if the service reported them: then they are the result. */
  neurons?: number | undefined;
}

/** The price of a call, before the daily free allocation. */
export interface Cost {
  /** Neurons: what is billed. */
  neurons: number;
  /** US dollars. */
  usd: number;
}

/**
 * Estimates the price of a call, from the prices of this version of the package. Bills may differ: the
 * service's measured neurons (`meta.neurons`, `usage.neurons`) can exceed those of its price list.
 *
 * @param id the model; a deprecated model with a successor has the successor's price
 * @param usage the measured or expected usage of the call
 * @returns `undefined` if there is no usage, or if the price is unknown: of the model, or over a WebSocket
 * @throws {WorkersAIError} `INVALID_INPUT` if `usage` lacks a necessary member, or has an impossible value;
 *   see `field`
 *
 * @example
 * ```ts
 * import { estimateCost } from "workers-ai-wasm/catalog";
 *
 * const { usage } = await ai.generateText(model, prompt);
 * const cost = estimateCost(model, usage);
 * if (cost) console.log(`${cost.usd} USD`);
 * ```
 */
export function estimateCost(id: string, usage: CostUsage | ServiceUsage | undefined): Cost | undefined;
