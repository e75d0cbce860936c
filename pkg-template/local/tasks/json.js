import { countWords } from "../engines/stand-in/words.js";

/** A JSON reply with the neurons that it costs. */
export const jsonReply = (value, neurons, engine) => ({
  kind: "json",
  value,
  neurons: Math.round(neurons * 1e4) / 1e4,
  engine,
});

/** A reply of bytes. */
export const bytesReply = (bytes, contentType, neurons, engine) => ({
  kind: "bytes",
  bytes,
  contentType,
  neurons: Math.round(neurons * 1e4) / 1e4,
  engine,
});

const WORD = /\S/;

/** Tokens as the stand-in counts them: words. */
export const tokensOf = (text) => {
  const count = countWords(text);
  // White space at the end is no word.
  return text.length > 0 && !WORD.test(text.at(-1)) ? count - 1 : count;
};

/** Neurons of texts that went into a model and came out of it. */
export const textNeurons = (model, texts, answers = []) =>
  (model.inputNeurons * tokensOf(texts.join(" ")) +
    (model.outputNeurons ?? 0) * tokensOf(answers.join(" "))) /
  1e6;

/** Neurons of seconds of audio. */
export const audioNeurons = (model, seconds) => ((model.minuteNeurons ?? 0) * seconds) / 60;
