import { decodedAudio, readMedia } from "../../inputs/media.js";
import { audioNeurons, jsonReply } from "../json.js";
import { roundedWords, toVTT } from "./transcript.js";

/** Whisper and its tiny sibling: bytes or numbers in; text, words and captions out. */
export const whisper = {
  method: "transcribe",
  takesBody: true,
  async answer(call, model, [engine]) {
    const audio = decodedAudio(readMedia(call, model, "audio", { forms: ["numbers"], raw: true }));
    const { text, words } = await engine.transcribe({ model, audio, language: "en", signal: call.signal });
    const rounded = roundedWords(words);
    const value = { text, word_count: words.length, words: rounded, vtt: toVTT(rounded) };
    return jsonReply(value, audioNeurons(model, audio.duration), engine);
  },
};
