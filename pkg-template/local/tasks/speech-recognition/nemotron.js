import { readFields } from "../../inputs/check.js";
import { decodedAudio, readMedia } from "../../inputs/media.js";
import { audioNeurons, jsonReply } from "../json.js";

/** Nemotron speech, as one request with a whole answer. Known from the runtime's typings only. */
export const nemotron = {
  method: "transcribe",
  takesBody: true,
  async answer(call, model, [engine]) {
    const { encoding, sample_rate: sampleRate, channels } = readFields(call.inputs, model);
    const media = readMedia(call, model, "audio", { forms: ["base64", "wrapped"] });
    const audio = decodedAudio(media, { encoding, sampleRate, channels });
    const { text } = await engine.transcribe({ model, audio, language: "en", signal: call.signal });
    return jsonReply({ text, duration: audio.duration }, audioNeurons(model, audio.duration), engine);
  },
};
