// The provider: creates models by id, for one client.

import { named, WorkersAI } from "../core.js";
import { ONCE } from "./call.js";
import { EmbeddingModel } from "./embedding.js";
import { NoSuchModelError } from "./errors.js";
import { asTheirs, guardCalls } from "./failure.js";
import { ImageModel } from "./image.js";
import { LanguageModel } from "./language/model.js";
import { RerankingModel } from "./reranking.js";
import { SpeechModel } from "./speech.js";
import { TranscriptionModel } from "./transcription.js";

/** By the names of the methods that create them. */
const MODELS = {
  languageModel: LanguageModel,
  embeddingModel: EmbeddingModel,
  imageModel: ImageModel,
  transcriptionModel: TranscriptionModel,
  speechModel: SpeechModel,
  rerankingModel: RerankingModel,
};

/** The short names that other providers have, and a former one. */
const ALIASES = {
  chat: "languageModel",
  embedding: "embeddingModel",
  textEmbeddingModel: "embeddingModel",
  image: "imageModel",
  transcription: "transcriptionModel",
  speech: "speechModel",
  reranking: "rerankingModel",
};

const NO_ID = 'A model has an id: a text such as "@cf/meta/llama-3.3-70b-instruct-fp8-fast".';

/** See `createWorkersAI` in ai-sdk.d.ts. */
export function createWorkersAI(options) {
  const client = clientOf(options);
  // A client of our own is created without retries; passing the option in each call takes longer.
  const defaults = isClient(options) ? ONCE : undefined;
  const make = (modelType, modelId, settings) => {
    if (typeof modelId !== "string" || modelId === "")
      throw new NoSuchModelError({ message: NO_ID, modelId, modelType });
    const ofModel = asTheirs({ modelId, modelType }, "settings", () => ({ ...defaults, ...settings }));
    return new MODELS[modelType](client, modelId, ofModel);
  };
  const provider = (modelId, settings) => make("languageModel", modelId, settings);
  provider.specificationVersion = "v4";
  for (const modelType of Object.keys(MODELS))
    provider[modelType] = (modelId, settings) => make(modelType, modelId, settings);
  for (const [alias, modelType] of Object.entries(ALIASES)) provider[alias] = provider[modelType];
  return provider;
}

/**
 * A client of the caller's, or one that is created from options; without options it is created at first use,
 * since the environment may be set up later.
 */
function clientOf(options) {
  if (asTheirs({}, "options", () => isClient(options))) return () => options;
  if (options !== undefined) {
    const client = made(options);
    return () => client;
  }
  let client;
  return () => (client ??= made());
}

/** Also true for a client of another copy of the package. */
const isClient = (value) =>
  typeof value?.generateText === "function" && typeof value.streamText === "function";

const made = (options) =>
  asTheirs({}, "options", () => {
    // The client rejects options that are not an object.
    const isObject = options === undefined || (typeof options === "object" && options !== null);
    return new WorkersAI(isObject ? { ...ONCE, ...options } : options);
  });

/** See ai-sdk.d.ts. */
export const workersai = /* @__PURE__ */ createWorkersAI();

for (const Model of Object.values(MODELS)) guardCalls(Model);
named({ LanguageModel, EmbeddingModel, ImageModel, TranscriptionModel, SpeechModel, RerankingModel });
