import { badInput } from "../../errors.js";
import { RATE } from "../../inputs/bounds.js";
import { fieldsOf, readFields } from "../../inputs/check.js";
import { decodedAudio, readMedia } from "../../inputs/media.js";
import { audioNeurons, jsonReply } from "../json.js";
import { roundedWords } from "./transcript.js";

/** Deepgram Nova 3: raw bytes with its parameters in the query over REST; `{ body, contentType }` through the binding. */
export const nova = {
  method: "transcribe",
  takesBody: true,
  async answer(call, model, [engine]) {
    if (call.face === "rest" && !call.raw)
      throw badInput(model, "required properties at '/audio' are 'body,contentType'");
    const inputs =
      call.raw && call.face === "rest" ? { ...typed(call.query, model), ...call.inputs } : call.inputs;
    const options = readFields(inputs, model);
    const media = readMedia(call, model, "audio", { forms: ["wrapped"], raw: true });
    const audio = decodedAudio(media, {
      encoding: options.encoding,
      sampleRate: rateOf(call.query?.sample_rate, model),
      channels: options.channels,
    });
    const transcript = await engine.transcribe({
      model,
      audio,
      language: options.language,
      signal: call.signal,
    });
    return jsonReply(resultsOf(transcript, options), audioNeurons(model, audio.duration), engine);
  },
};

/** Hertz, sent as text, or undefined. */
export function rateOf(text, model) {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (!Number.isInteger(rate) || rate < RATE.minimum || rate > RATE.maximum)
    throw badInput(model, `'/sample_rate' must be from ${RATE.minimum} to ${RATE.maximum}`);
  return rate;
}

/** Values of a query are text; the schema's flags and numbers are read out of it. */
export function typed(query, model) {
  const fields = fieldsOf(model.family);
  const read = (name, value) => {
    const { kind } = fields[name] ?? {};
    if (kind === "boolean" && (value === "true" || value === "false")) return value === "true";
    return (kind === "number" || kind === "integer") && value !== "" && Number.isFinite(Number(value))
      ? Number(value)
      : value;
  };
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, read(name, value)]));
}

/** One channel's words, as Deepgram spells them. */
export const alternative = (transcript, options) => ({
  transcript: transcript.text,
  confidence: 0.99,
  words: roundedWords(transcript.words).map((word) => ({
    ...word,
    confidence: 0.99,
    ...(options.diarize ? { speaker: 0 } : {}),
    ...(options.punctuate || options.smart_format ? { punctuated_word: word.word } : {}),
  })),
});

function resultsOf(transcript, options) {
  const results = { channels: [{ alternatives: [alternative(transcript, options)] }] };
  if (options.sentiment) {
    const end = Math.max(0, transcript.words.length - 1);
    const mood = { sentiment: "neutral", sentiment_score: 0 };
    results.sentiments = {
      segments: [{ text: transcript.text, start_word: 0, end_word: end, ...mood }],
      average: mood,
    };
  }
  return { results };
}
