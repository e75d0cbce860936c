import { ServiceError } from "../errors.js";
import { decision } from "./decision.js";
import { extraction } from "./extraction.js";
import { guard } from "./guard.js";
import { imageClassification, imageToText, objectDetection } from "./images.js";
import { moondream } from "./moondream.js";
import { reranking } from "./reranking.js";
import { nemotron } from "./speech-recognition/nemotron.js";
import { nova } from "./speech-recognition/nova.js";
import { whisper } from "./speech-recognition/whisper.js";
import { whisperTurbo } from "./speech-recognition/whisper-turbo.js";
import { summarization } from "./summarization.js";
import { textClassification } from "./text-classification.js";
import { answerTextEmbeddings } from "./text-embeddings.js";
import { answerTextGeneration } from "./text-generation.js";
import { flux1, flux2, lucid, phoenix, stableDiffusion } from "./text-to-image.js";
import { aura, melo } from "./text-to-speech.js";
import { indicTrans2, m2m100 } from "./translation.js";
import { turnDetection } from "./turn-detection.js";

/**
 * How each family of models is answered: `method` of the engine that is called, `answer(call, model,
 * engines)` that makes a reply of it, `takesBody` if a request's body may be something else than JSON. A
 * family is the name of the input's shape.
 */
const FAMILIES = {
  "rerank.contexts": reranking,
  "classification.text": textClassification,
  "summary.bart": summarization,
  "translation.m2m100": m2m100,
  "translation.indictrans2": indicTrans2,
  "speech.whisper": whisper,
  "speech.whisper-turbo": whisperTurbo,
  "speech.nova3": nova,
  "speech.nemotron": nemotron,
  "turn.smart-turn": turnDetection,
  "voice.melotts": melo,
  "voice.aura1": aura,
  "voice.aura2-en": aura,
  "voice.aura2-es": aura,
  "image.stable-diffusion": stableDiffusion,
  "image.phoenix": phoenix,
  "image.lucid": lucid,
  "image.flux1": flux1,
  "image.flux2": flux2,
  "image.flux2-klein": flux2,
  "vision.classify": imageClassification,
  "vision.detect": objectDetection,
  "vision.llava": imageToText,
  "vision.moondream": moondream,
  "text.guard": guard,
  "decision.clef": decision,
  "decision.clef-omni": decision,
  "extraction.clairic": extraction,
};

/** Text generation and embeddings, whose many schemas their dialects know. */
const TASKS = {
  "text-generation": { answer: answerTextGeneration, method: "generate" },
  "text-embeddings": { answer: answerTextEmbeddings, method: "embed" },
};

/** How a model is answered; one that only speaks over a WebSocket isn't. */
export function taskOf(model) {
  const task = FAMILIES[model.family] ?? TASKS[model.task];
  if (!task) throw new ServiceError(5007, `No such model ${model.id} or task`);
  return task;
}

/** The engine's method for each task, for those who want to know who answers. */
export const METHODS = {
  "text-generation": "generate",
  "text-embeddings": "embed",
  "text-classification": "classifyText",
  summarization: "summarize",
  translation: "translate",
  "speech-recognition": "transcribe",
  "text-to-speech": "speak",
  "voice-activity-detection": "detectTurn",
  "text-to-image": "draw",
  "image-classification": "classifyImage",
  "object-detection": "detectObjects",
  "image-to-text": "describeImage",
  reranking: "rerank",
  moderation: "moderate",
  decision: "decide",
  extraction: "extract",
};
