// Tasks of sound.

import { runMediaTask } from "./media/run-media.js";
import { short } from "./media/short.js";

export const transcribe = (client, model, input, options) =>
  runMediaTask(client, "transcribe", model, short(input, "audio"), options);

export const detectTurn = (client, model, input, options) =>
  runMediaTask(client, "detectTurn", model, short(input, "audio"), options);

export const generateSpeech = (client, model, input, options) =>
  runMediaTask(client, "generateSpeech", model, typeof input === "string" ? { text: input } : input, options);
