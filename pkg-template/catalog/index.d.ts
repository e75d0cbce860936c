/** The models as this version of the package knows them, and what a call costs. The live list is `ai.models`. */

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

/** The method of the client that speaks to a model. `run` speaks to all. */
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
 * What a model can do, or what it asks for:
 *
 * | capability | meaning |
 * | --- | --- |
 * | `functionCalling` | calls tools |
 * | `reasoning` | thinks before it answers |
 * | `vision` | takes images |
 * | `lora` | takes finetunes |
 * | `batch` | has a batch queue |
 * | `realtime` | is spoken to over a WebSocket |
 * | `partner` | is a partner's |
 * | `beta` | is not finished |
 * | `paidPlan` | needs the Workers Paid plan |
 *
 * What the service has not declared is absent.
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
 * What a price is for:
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

/** A price per unit. What is billed are neurons; the dollars are the service's own rounding. */
export interface Price {
  usd?: number;
  neurons?: number;
}

/** How a model's thinking is set. */
export interface ReasoningEffortInfo {
  /** The levels that it knows. */
  readonly levels?: readonly string[];
  /** The level if none is asked for. */
  readonly default?: string;
  /** Can thinking be turned off? */
  readonly canDisable?: boolean;
  /** Levels that it takes for another one. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** One model. What is not known is absent. */
export interface CatalogModel {
  /** The model's id, for every method. */
  readonly id: string;
  /** What it is for. */
  readonly task: ModelTask;
  /** The methods that speak to it, besides `run`. */
  readonly methods: readonly ModelMethod[];
  /**
   * `active`: in the service's own list. `unlisted`: priced, announced or typed, but not in it. `gated`: for accounts that ask for
   * it. `deprecated`: past its announced end; answered by a successor, or refused. `removed`: gone.
   */
  readonly status: "active" | "unlisted" | "gated" | "deprecated" | "removed";
  /** Past its end, or gone? */
  readonly deprecated: boolean;
  /** The announced end, `YYYY-MM-DD`. */
  readonly deprecatedOn?: string;
  /** The model that answers in its place. */
  readonly successor?: string;
  /** When it came, `YYYY-MM-DD`. */
  readonly created?: string;
  /** Tokens of prompt and answer together. */
  readonly contextWindow?: number;
  /** Tokens of one input. */
  readonly maxInputTokens?: number;
  /** Tokens of one answer, where that is less than the window. */
  readonly maxOutputTokens?: number;
  /** The length of a vector. */
  readonly dimensions?: number;
  /** What it costs, by unit. */
  readonly price?: { readonly [Unit in PriceUnit]?: Readonly<Price> };
  /** What it can do, or what it asks for. */
  readonly capabilities: readonly ModelCapability[];
  /** How its thinking is set. */
  readonly reasoningEffort?: ReasoningEffortInfo;
  /** Does it take `stream`? */
  readonly streams: boolean;
  /** Its languages, as ISO 639-1 codes. */
  readonly languages?: readonly string[];
  /** Requests per minute and account, unless agreed otherwise. */
  readonly requestsPerMinute?: number;
  /** What an account must do first. */
  readonly access?: string;
  /** The name of the shape that it takes. Models with the same one are spoken to alike. */
  readonly input: string;
  /** The name of the shape that it gives. */
  readonly output: string;
  /** Which of these facts are inferred, not published. */
  readonly unverified?: readonly string[];
  /** What else is to be known. */
  readonly note?: string;
}

/** Every model that this version of the package knows, removed ones too, sorted by id. */
export const models: readonly CatalogModel[];

/** The day up to which the facts were gathered, `YYYY-MM-DD`. */
export const asOf: string;

/** What a neuron costs, in US dollars. */
export const usdPerNeuron: number;

/** The neurons that an account has free per day, until 00:00 UTC. */
export const freeNeuronsPerDay: number;

/** What a call used. A result's `usage` will do; images and sound need more. */
export interface CostUsage {
  /** Neurons, if the service has said them: then they are the answer. */
  neurons?: number | undefined;
  /** Tokens of the input, those from the cache included. */
  promptTokens?: number | undefined;
  /** Tokens of the answer. Default: 0. */
  completionTokens?: number | undefined;
  /** Those of `promptTokens` that came from the cache. Default: 0. */
  cachedTokens?: number | undefined;
  /** How often the input was read, of models of extraction: it is paid each time. Default: 1. */
  passes?: number | undefined;
  /** Tokens of the input and the answer: nothing is priced by it. */
  totalTokens?: number | undefined;
  /** Tokens of the thinking: they are among `completionTokens`. */
  reasoningTokens?: number | undefined;
  /** Characters of the text that is spoken. */
  characters?: number | undefined;
  /** Seconds of sound. */
  audioSeconds?: number | undefined;
  /** Over a WebSocket? Default: only where the model knows nothing else. */
  realtime?: boolean | undefined;
  /** How many images. Default: 1. */
  images?: number | undefined;
  /** The width of each image, in pixels. Default: the model's. */
  width?: number | undefined;
  /** The height of each image, in pixels. Default: the model's. */
  height?: number | undefined;
  /** The steps of each image. Default: the model's, if it is known. */
  steps?: number | undefined;
  /** The images that each image starts from, in pixels. */
  inputImages?: readonly { readonly width: number; readonly height: number }[] | undefined;
}

/** The usage of an answer of `run`, or of OpenAI's shapes, under the service's own names. */
export interface ServiceUsage {
  /** Tokens of the input, those from the cache included. */
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
  /** Neurons, if the service has said them: then they are the answer. */
  neurons?: number | undefined;
}

/** What a call costs, before the free allocation of the day. */
export interface Cost {
  /** Neurons: what is billed. */
  neurons: number;
  /** US dollars. */
  usd: number;
}

/**
 * Estimates what a call costs, from the prices of this version of the package. Bills may differ: the service's measured neurons
 * (`meta.neurons`, `usage.neurons`) can be more than its price list says.
 *
 * @param id the model; a deprecated one that another answers for has that one's price
 * @param usage what the call used, or is going to use
 * @returns `undefined` where no usage is given, or no price is known: the model, its price, or its price over a WebSocket
 * @throws {WorkersAIError} `INVALID_INPUT` if `usage` lacks what the price depends on, or holds something impossible; see `field`
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
