// The stand-in's speech recognition and synthesis. Its recordings contain no speech, but have the text as
// the file's comment. Recognition returns that comment, so that generated speech is transcribed to its
// text.

import { encodeAAC } from "../../media/aac.js";
import { encodeFLAC } from "../../media/flac.js";
import { encodeMP3 } from "../../media/mp3.js";
import { encodeOggOpus } from "../../media/ogg-opus.js";
import { fromPCM16, melody, toALaw, toMuLaw, toPCM16 } from "../../media/samples.js";
import { encodeWAV } from "../../media/wav.js";
import { audioSentence, countWords, introduction, wordsOf } from "./words.js";

const SECONDS_PER_WORD = 0.4;
const MOST_SECONDS = 120;
/** Samples that are computed individually: half a minute at the highest rate. */
const MOST_SAMPLES = 30 * 48000;
const DEFAULT_RATES = { linear16: 24000, mulaw: 8000, alaw: 8000 };
const DEFAULT_RATE = 24000;
const SAMPLES = { linear16: toPCM16, mulaw: toMuLaw, alaw: toALaw };
const RAW_TYPES = { linear16: "audio/l16", mulaw: "audio/basic", alaw: "audio/pcma" };

/** A recording of the duration of the spoken text. */
export function speech({ text, encoding = "mp3", container, sampleRate }) {
  const duration = Math.min(MOST_SECONDS, Math.max(1, countWords(text)) * SECONDS_PER_WORD);
  return { duration, ...recorded(text, duration, encoding, container, sampleRate) };
}

function recorded(text, duration, encoding, container, rate) {
  if (encoding === "mp3") return { bytes: encodeMP3(duration, text), mediaType: "audio/mpeg" };
  if (encoding === "flac")
    return { bytes: encodeFLAC(duration, rate ?? DEFAULT_RATE), mediaType: "audio/flac" };
  if (encoding === "opus") return { bytes: encodeOggOpus(duration, text), mediaType: "audio/ogg" };
  if (encoding === "aac") return { bytes: encodeAAC(duration, rate ?? DEFAULT_RATE), mediaType: "audio/aac" };
  const sampleRate = rate ?? DEFAULT_RATES[encoding];
  const seconds = Math.min(duration, MOST_SAMPLES / sampleRate);
  const data = SAMPLES[encoding](melody(text, seconds, sampleRate));
  if (container === "none") return { bytes: data, mediaType: `${RAW_TYPES[encoding]};rate=${sampleRate}` };
  return { bytes: encodeWAV(data, { sampleRate, encoding, comment: text }), mediaType: "audio/wav" };
}

/** Words distributed evenly over the recording. */
export function transcript(model, audio, language = "en") {
  const text = audio.comment ?? `${introduction(model)} The audio is ${audioSentence(audio)}.`;
  const words = wordsOf(text).map((word) => word.trim());
  const each = audio.duration / Math.max(1, words.length);
  return {
    text,
    language,
    words: words
      .filter(Boolean)
      .map((word, index) => ({ word, start: index * each, end: (index + 1) * each })),
  };
}

const LAST_SECONDS = 0.2;
const SILENCE = 0.01;

/** Silence at the end ends a turn; so does a recording whose samples cannot be decoded. */
export function endOfTurn({ data, encoding, sampleRate }) {
  if (encoding !== "linear16" || !data) return { probability: 0.9 };
  const samples = fromPCM16(data);
  const last = samples.subarray(Math.max(0, samples.length - Math.round(LAST_SECONDS * sampleRate)));
  const loudness = Math.sqrt(last.reduce((sum, sample) => sum + sample * sample, 0) / (last.length || 1));
  return { probability: loudness < SILENCE ? 0.95 : 0.1 };
}
