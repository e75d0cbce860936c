import { badInput } from "../../errors.js";
import { flag, number, oneOf, readFields, text } from "../../inputs/check.js";
import { decodedAudio, readMedia } from "../../inputs/media.js";
import { audioNeurons, jsonReply } from "../json.js";
import { roundedWords } from "./transcript.js";

const TEXTS = [
  "custom_topic",
  "custom_intent",
  "extra",
  "keyterm",
  "keywords",
  "language",
  "redact",
  "replace",
  "search",
  "endpointing",
];
const FLAGS =
  "detect_entities detect_language diarize dictation filler_words measurements mip_opt_out multichannel numerals paragraphs profanity_filter punctuate sentiment smart_format topics utterances interim_results vad_events utterance_end_ms".split(
    " ",
  );
export const NOVA_RULES = {
  ...Object.fromEntries(TEXTS.map((name) => [name, text()])),
  ...Object.fromEntries(FLAGS.map((name) => [name, flag])),
  custom_topic_mode: oneOf("extended", "strict"),
  custom_intent_mode: oneOf("extended", "strict"),
  encoding: oneOf("linear16", "flac", "mulaw", "amr-nb", "amr-wb", "opus", "speex", "g729"),
  mode: oneOf("general", "medical", "finance"),
  utt_split: number(),
  channels: number(),
};

/** Deepgram Nova 3: raw bytes with its parameters in the query over REST; `{ body, contentType }` through the binding. */
export const nova = {
  method: "transcribe",
  takesBody: true,
  async answer(call, model, [engine]) {
    if (call.face === "rest" && !call.raw)
      throw badInput(model, "required properties at '/audio' are 'body,contentType'");
    const inputs = call.raw && call.face === "rest" ? { ...typed(call.query), ...call.inputs } : call.inputs;
    const options = readFields(inputs, model, NOVA_RULES);
    const media = readMedia(call, model, "audio", { forms: ["wrapped"], raw: true });
    const audio = decodedAudio(media, {
      encoding: options.encoding,
      sampleRate: Number(call.query?.sample_rate) || undefined,
      channels: options.channels,
    });
    const heard = await engine.transcribe({ model, audio, language: options.language, signal: call.signal });
    return jsonReply(resultsOf(heard, options), audioNeurons(model, audio.duration), engine);
  },
};

/** Values of a query are text; the schema's flags and numbers are read out of it. */
export function typed(query = {}) {
  const values = Object.entries(query).map(([name, value]) => {
    if (FLAGS.includes(name) && (value === "true" || value === "false")) return [name, value === "true"];
    if (["utt_split", "channels"].includes(name) && value !== "" && !Number.isNaN(Number(value)))
      return [name, Number(value)];
    return [name, value];
  });
  return Object.fromEntries(values);
}

/** One channel's words, as Deepgram spells them. */
export const alternative = (heard, options) => ({
  transcript: heard.text,
  confidence: 0.99,
  words: roundedWords(heard.words).map((word) => ({
    ...word,
    confidence: 0.99,
    ...(options.diarize ? { speaker: 0 } : {}),
    ...(options.punctuate || options.smart_format ? { punctuated_word: word.word } : {}),
  })),
});

function resultsOf(heard, options) {
  const results = { channels: [{ alternatives: [alternative(heard, options)] }] };
  if (options.sentiment) {
    const end = Math.max(0, heard.words.length - 1);
    const mood = { sentiment: "neutral", sentiment_score: 0 };
    results.sentiments = {
      segments: [{ text: heard.text, start_word: 0, end_word: end, ...mood }],
      average: mood,
    };
  }
  return { results };
}
