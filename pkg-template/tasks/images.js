// Tasks of images.

import { runMediaTask } from "./media/run-media.js";
import { short } from "./media/short.js";

export const generateImage = (client, model, input, options) =>
  runMediaTask(
    client,
    "generateImage",
    model,
    typeof input === "string" ? { prompt: input } : input,
    options,
  );

export const describeImage = (client, model, input, options) =>
  runMediaTask(client, "describeImage", model, short(input, "image"), options);

export const classifyImage = (client, model, input, options) =>
  runMediaTask(client, "classifyImage", model, short(input, "image"), options);

export const detectObjects = (client, model, input, options) =>
  runMediaTask(client, "detectObjects", model, short(input, "image"), options);
