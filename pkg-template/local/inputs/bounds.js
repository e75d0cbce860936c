// Limits that the published schemas do not contain although every model has some, and that prevent one
// request from blocking the others. They are the numbers of the model's vendor if published, otherwise
// above any reasonable request.

/** Sample rates of recordings in hertz. */
const RATE = { minimum: 8000, maximum: 48000 };
const VOICE = {
  text: { maxLength: 100_000 },
  sample_rate: RATE,
  bit_rate: { minimum: 4000, maximum: 650_000 },
};
const PICTURE = { prompt: { maxLength: 100_000 } };

/** By the name of the input's shape, by field. */
export const BOUNDS = {
  // Required here; the client adds it.
  "decision.clef": { model: { required: true, enum: undefined } },
  "decision.clef-omni": { model: { required: true, enum: undefined } },
  "extraction.clairic": { model: { required: true, enum: undefined }, fields: { maxProperties: 256 } },
  "rerank.contexts": { contexts: { maxItems: 1000 }, top_k: { minimum: 1 } },
  "embedding.bge-m3": { contexts: { maxItems: 1000 } },
  "embedding.text": { text: { maxItems: 100 } },
  "translation.indictrans2": { text: { maxItems: 100 } },
  "voice.aura1": VOICE,
  "voice.aura2-en": VOICE,
  "voice.aura2-es": VOICE,
  "voice.melotts": { prompt: { maxLength: 100_000 } },
  "speech.nova3": { channels: { minimum: 1, maximum: 32 } },
  "speech.nemotron": { sample_rate: RATE, channels: { minimum: 1, maximum: 32 } },
  "image.stable-diffusion": PICTURE,
  "image.lucid": PICTURE,
  "image.phoenix": PICTURE,
  "image.flux2": PICTURE,
  "image.flux2-klein": PICTURE,
};

/** Longest side of a generated picture in pixels, whatever size an input image has. */
export const MOST_PIXELS = 2500;
/** Length of a text that a model reads: far more than its context window. */
export const CHARACTERS_PER_TOKEN = 6;
/**
 * Limits of JSON bodies: characters, and objects and arrays, which take much longer to parse than texts and
 * numbers.
 */
export const MOST_JSON_BYTES = 32 * 2 ** 20;
export const MOST_JSON_VALUES = 250_000;
export const DEEPEST_JSON = 512;
/** Parts of a form, at most. */
export const MOST_PARTS = 1000;
/** Words of an answer that is not streamed, at most. */
export const MOST_WORDS = 200_000;
export const MOST_TOOLS = 128;
export const MOST_MESSAGES = 20_000;

export { RATE };

/** Truncates a text to somewhat more than a model's context window. */
export const readable = (text, { contextWindow = 8192 }) =>
  text.slice(0, CHARACTERS_PER_TOKEN * contextWindow);
