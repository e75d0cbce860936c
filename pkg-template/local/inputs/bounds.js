// Bounds that the published schemas leave open although every model has some, and that keep one request from being everybody's. Where the
// model's maker says a number it is that; else one that no sensible request meets.

/** Hertz of a recording: from the telephone to the studio. */
const RATE = { minimum: 8000, maximum: 48000 };
const VOICE = {
  text: { maxLength: 100_000 },
  sample_rate: RATE,
  bit_rate: { minimum: 4000, maximum: 650_000 },
};
const PICTURE = { prompt: { maxLength: 100_000 } };

/** By the name of the input's shape, by field. */
export const BOUNDS = {
  // Here it must be there; the client fills it in.
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

/** The largest side of a picture that is drawn, whatever the size in the header of an input image. */
export const MOST_PIXELS = 2500;
/** Values of a text that a model looks at: far beyond its window nothing is read. */
export const CHARACTERS_PER_TOKEN = 6;
/** JSON bodies: characters, and objects and arrays in them, whose parsing takes far longer than that of texts and numbers. */
export const MOST_JSON_BYTES = 32 * 2 ** 20;
export const MOST_JSON_VALUES = 250_000;
export const DEEPEST_JSON = 512;
/** Parts of a form. */
export const MOST_PARTS = 1000;
/** Words of an answer that is not streamed. */
export const MOST_WORDS = 200_000;
export const MOST_TOOLS = 128;
export const MOST_MESSAGES = 20_000;

export { RATE };

/** A text as a model reads it: not much further than its window. */
export const readable = (text, { contextWindow = 8192 }) =>
  text.slice(0, CHARACTERS_PER_TOKEN * contextWindow);
