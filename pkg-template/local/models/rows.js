// What the local service knows about each model: a row of the catalogue, converted to the form that the
// tasks use, and a few facts that the catalogue doesn't have.

import { catalog, shapes } from "./catalog.js";
import { factsOf } from "./quirks.js";
import { TASK_KEYS } from "./tasks.js";

const DEFAULT_WINDOW = 8192;
/** Shapes of text models that answer as chat completions do; the other ones answer `{ response }`. */
const CHAT = new Set(["text.chat", "text.vllm", "text.gpt-oss", "text.open"]);
/** Pictures without a size of their own: the side in pixels. */
const SIDES = {
  "@cf/bytedance/stable-diffusion-xl-lightning": 1024,
  "@cf/stabilityai/stable-diffusion-xl-base-1.0": 1024,
};
const DEFAULT_SIDE = 512;
const NEEDS = {
  "@cf/runwayml/stable-diffusion-v1-5-img2img": { needsImage: true },
  "@cf/runwayml/stable-diffusion-v1-5-inpainting": { needsImage: true, needsMask: true },
};
/** Families whose model servers are newer and use another number for invalid input. */
const NEW_SERVERS = /^(decision|extraction)\./;

const neuronsOf = (price) => price?.neurons ?? (price?.usd ?? 0) / catalog.usdPerNeuron;

function textRow({ output, capabilities = [] }, facts) {
  const chat = CHAT.has(output);
  const reasoning = chat && capabilities.includes("reasoning");
  return {
    dialect: chat ? "chat" : "legacy",
    vision: capabilities.includes("vision"),
    parts: capabilities.includes("vision") || facts.has("takes-parts"),
    ...(reasoning ? { reasoning: facts.get("reasoning-field")?.name ?? "reasoning_content" } : {}),
    ...(output === "text.vllm" ? { completions: true } : {}),
    ...(output === "text.gpt-oss" ? { responses: true } : {}),
    ...(output === "text.legacy-nested-tools" ? { nestedTools: true } : {}),
    ...(facts.has("empty-chunk-usage") ? { emptyChunkUsage: true } : {}),
  };
}

function rowOf(entry) {
  const { id, task, input, price = {}, capabilities = [], dimensions } = entry;
  const facts = factsOf(entry);
  const common = {
    id,
    entry,
    facts,
    task: TASK_KEYS[task],
    family: input,
    contextWindow: entry.contextWindow ?? entry.maxInputTokens ?? DEFAULT_WINDOW,
    // Some models take batches without being marked so.
    batch:
      capabilities.includes("batch") || shapes.inputs[input].variants.some(({ name }) => name === "batch"),
    realtime: shapes.inputs[input].body.includes("websocket"),
    inputNeurons: neuronsOf(price.inputTokens),
    outputNeurons: neuronsOf(price.outputTokens),
    minuteNeurons: neuronsOf(price.audioMinute ?? price.audioMinuteWebSocket),
    characterNeurons: neuronsOf(price.characters),
    imageNeurons: neuronsOf(price.images),
    tileNeurons: neuronsOf(price.tile ?? price.outputTile ?? price.outputTileStep ?? price.firstMegapixel),
    stepNeurons: neuronsOf(price.step),
    newServer: NEW_SERVERS.test(input),
  };
  if (input.startsWith("text.")) return { ...common, ...textRow(entry, facts) };
  if (input.startsWith("embedding."))
    return { ...common, dialect: "embeddings", dimensions, input: input.slice("embedding.".length) };
  if (/^(decision|extraction)\./.test(input)) return { ...common, inner: id.split("/").at(-1) };
  if (input === "image.stable-diffusion") return { ...common, side: SIDES[id] ?? DEFAULT_SIDE, ...NEEDS[id] };
  return common;
}

/** Every model of the catalogue by id. */
export const MODELS = new Map(catalog.models.map((entry) => [entry.id, rowOf(entry)]));
