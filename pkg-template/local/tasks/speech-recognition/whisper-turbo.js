import { readFields } from "../../inputs/check.js";
import { decodedAudio, readMedia } from "../../inputs/media.js";
import { audioNeurons, jsonReply } from "../json.js";
import { captions, roundedWords, toVTT } from "./transcript.js";

/** Whisper large v3 turbo: base64 in; text, segments and captions out. */
export const whisperTurbo = {
  method: "transcribe",
  takesBody: true,
  async answer(call, model, [engine]) {
    const { task, language } = readFields(call.inputs, model);
    const audio = decodedAudio(readMedia(call, model, "audio", { forms: ["base64", "wrapped"] }));
    const transcript = await engine.transcribe({ model, audio, language, task, signal: call.signal });
    const words = roundedWords(transcript.words);
    const value = {
      transcription_info: {
        language: transcript.language,
        language_probability: language ? 1 : 0.98,
        duration: audio.duration,
        duration_after_vad: audio.duration,
      },
      text: transcript.text,
      word_count: words.length,
      segments: captions(words).map(segment),
      vtt: toVTT(words),
    };
    return jsonReply(value, audioNeurons(model, audio.duration), engine);
  },
};

const segment = (words) => ({
  start: words[0].start,
  end: words.at(-1).end,
  text: words.map(({ word }) => ` ${word}`).join(""),
  temperature: 0,
  avg_logprob: -0.2,
  compression_ratio: 1.2,
  no_speech_prob: 0.01,
  words,
});
