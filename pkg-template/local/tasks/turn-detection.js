import { readFields } from "../inputs/check.js";
import { decodedAudio, readMedia } from "../inputs/media.js";
import { audioNeurons, jsonReply } from "./json.js";

const DEFAULT_DTYPE = "uint8";
/** Above this the speaker is taken to have finished. */
export const TURN_THRESHOLD = 0.5;

/** Smart Turn: has the speaker finished? Audio without a header is read by `dtype`. */
export const turnDetection = {
  method: "detectTurn",
  takesBody: true,
  async answer(call, model, [engine]) {
    const { dtype } = readFields(call.inputs, model);
    const media = readMedia(call, model, "audio", { forms: ["base64", "wrapped"] });
    const audio = decodedAudio(media, { encoding: dtype ?? DEFAULT_DTYPE });
    const { probability } = await engine.detectTurn({ model, audio, signal: call.signal });
    const value = { is_complete: probability > TURN_THRESHOLD, probability };
    return jsonReply(value, audioNeurons(model, audio.duration), engine);
  },
};
