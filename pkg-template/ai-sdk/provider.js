// The provider: models by their ids, over one client.

import { named, WorkersAI } from "../core.js";
import { ONCE } from "./call.js";
import { EmbeddingModel } from "./embedding.js";
import { NoSuchModelError } from "./errors.js";
import { failureOf } from "./failure.js";
import { ImageModel } from "./image.js";
import { LanguageModel } from "./language/model.js";
import { RerankingModel } from "./reranking.js";
import { SpeechModel } from "./speech.js";
import { TranscriptionModel } from "./transcription.js";

/** By the methods that give them. */
const MODELS = {
  languageModel: LanguageModel,
  embeddingModel: EmbeddingModel,
  imageModel: ImageModel,
  transcriptionModel: TranscriptionModel,
  speechModel: SpeechModel,
  rerankingModel: RerankingModel,
};

/** The short names that programs for other providers use, and an older one. */
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
  // One of our own is made for that; what a call says costs more, each time.
  const defaults = isClient(options) ? ONCE : undefined;
  const make = (modelType, modelId, settings) => {
    if (typeof modelId !== "string" || modelId === "")
      throw new NoSuchModelError({ message: NO_ID, modelId, modelType });
    return new MODELS[modelType](client, modelId, { ...defaults, ...settings });
  };
  const provider = (modelId, settings) => make("languageModel", modelId, settings);
  provider.specificationVersion = "v4";
  for (const modelType of Object.keys(MODELS))
    provider[modelType] = (modelId, settings) => make(modelType, modelId, settings);
  for (const [alias, modelType] of Object.entries(ALIASES)) provider[alias] = provider[modelType];
  return provider;
}

/** A client of the caller's, or one of options; without any it is made when it is first used, since only then the environment has to be there. */
function clientOf(options) {
  if (isClient(options)) return () => options;
  if (options !== undefined) {
    const client = made(options);
    return () => client;
  }
  let client;
  return () => (client ??= made());
}

/** One of another copy of the package too. */
const isClient = (value) =>
  typeof value?.generateText === "function" && typeof value.streamText === "function";

function made(options) {
  try {
    // What is no object is for the client to refuse.
    return new WorkersAI(
      options === undefined || typeof options === "object" ? { ...ONCE, ...options } : options,
    );
  } catch (error) {
    throw failureOf(error, {});
  }
}

/** See ai-sdk.d.ts. */
export const workersai = /* @__PURE__ */ createWorkersAI();

named({ LanguageModel, EmbeddingModel, ImageModel, TranscriptionModel, SpeechModel, RerankingModel });
