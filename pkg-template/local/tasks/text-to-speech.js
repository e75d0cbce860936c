import { readFields } from "../inputs/check.js";
import { toBase64 } from "../media/base64.js";
import { audioNeurons, bytesReply, jsonReply } from "./json.js";

/** MeloTTS: base64 in JSON. */
export const melo = {
  method: "speak",
  async answer(call, model, [engine]) {
    const { prompt, lang } = readFields(call.inputs, model);
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

/** Deepgram Aura: bytes, MP3 unless the request has another encoding. */
export const aura = {
  method: "speak",
  async answer(call, model, [engine]) {
    const read = readFields(call.inputs, model);
    const speech = await engine.speak({
      model,
      text: read.text,
      speaker: read.speaker,
      language: model.family === "voice.aura2-es" ? "es" : "en",
      encoding: read.encoding ?? "mp3",
      container: read.container,
      sampleRate: read.sample_rate,
      signal: call.signal,
    });
    const neurons = ((model.characterNeurons ?? 0) * read.text.length) / 1000;
    return bytesReply(speech.bytes, speech.mediaType, neurons, engine);
  },
};
