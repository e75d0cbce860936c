import { byDefault, number, oneOf, readFields, required, text } from "../inputs/check.js";
import { toBase64 } from "../media/base64.js";
import { SPEAKERS } from "../models/speakers.js";
import { audioNeurons, bytesReply, jsonReply } from "./json.js";

const MELO_RULES = { prompt: required(text({ min: 1 })), lang: byDefault(text(), "en") };

/** MeloTTS: base64 in JSON. */
export const melo = {
  method: "speak",
  async answer(call, model, [engine]) {
    const { prompt, lang } = readFields(call.inputs, model, MELO_RULES);
    const speech = await engine.speak({
      model,
      text: prompt,
      language: lang,
      encoding: "mp3",
      signal: call.signal,
    });
    return jsonReply({ audio: toBase64(speech.bytes) }, audioNeurons(model, speech.duration), engine);
  },
};

export const auraRules = (model) => ({
  text: required(text()),
  speaker: byDefault(oneOf(...SPEAKERS[model.family]), SPEAKERS[model.family][0]),
  encoding: byDefault(oneOf("linear16", "flac", "mulaw", "alaw", "mp3", "opus", "aac"), "mp3"),
  container: oneOf("none", "wav", "ogg"),
  sample_rate: number({ min: 1 }),
  bit_rate: number({ min: 1 }),
});

/** Deepgram Aura: bytes, MP3 unless another encoding is asked for. */
export const aura = {
  method: "speak",
  async answer(call, model, [engine]) {
    const read = readFields(call.inputs, model, auraRules(model));
    const speech = await engine.speak({
      model,
      text: read.text,
      speaker: read.speaker,
      language: model.family === "voice.aura2-es" ? "es" : "en",
      encoding: read.encoding,
      container: read.container,
      sampleRate: read.sample_rate,
      signal: call.signal,
    });
    const neurons = ((model.characterNeurons ?? 0) * read.text.length) / 1000;
    return bytesReply(speech.bytes, speech.mediaType, neurons, engine);
  },
};
