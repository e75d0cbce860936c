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

const WORDS = /\S+/g;

/** Tokens as the stand-in counts them: words. */
export const tokensOf = (text) => text.match(WORDS)?.length ?? 0;

/** Neurons of texts that went into a model and came out of it. */
export const textNeurons = (model, texts, answers = []) =>
  (model.inputNeurons * tokensOf(texts.join(" ")) +
    (model.outputNeurons ?? 0) * tokensOf(answers.join(" "))) /
  1e6;

/** Neurons of seconds of audio. */
export const audioNeurons = (model, seconds) => ((model.minuteNeurons ?? 0) * seconds) / 60;
