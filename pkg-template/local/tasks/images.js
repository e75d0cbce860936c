// What an image shows: classes, objects, a description.

import { readFields } from "../inputs/check.js";
import { decodedImage, readMedia } from "../inputs/media.js";
import { jsonReply } from "./json.js";

/** ResNet: five classes in a bare array, best first. */
export const imageClassification = {
  method: "classifyImage",
  takesBody: true,
  async answer(call, model, [engine]) {
    const image = decodedImage(readMedia(call, model, "image", { forms: ["numbers"], raw: true }));
    const labels = await engine.classifyImage({ model, image, signal: call.signal });
    return jsonReply(labels, (model.imageNeurons ?? 0) / 1e6, engine);
  },
};

/** DETR: objects with their boxes in a bare array. */
export const objectDetection = {
  method: "detectObjects",
  takesBody: true,
  async answer(call, model, [engine]) {
    const image = decodedImage(readMedia(call, model, "image", { forms: ["numbers"], raw: true }));
    const objects = await engine.detectObjects({ model, image, signal: call.signal });
    const value = objects.map(({ label, score, box }) => ({ score, label, box }));
    return jsonReply(value, (model.imageNeurons ?? 0) / 1e6, engine);
  },
};

/** LLaVA and UForm: a description. */
export const imageToText = {
  method: "describeImage",
  takesBody: true,
  async answer(call, model, [engine]) {
    const { prompt, max_tokens: maxTokens } = readFields(call.inputs, model);
    const media = readMedia(call, model, "image", { forms: ["numbers", "binaryString"], raw: true });
    const image = decodedImage(media);
    const description = await engine.describeImage({ model, image, prompt, maxTokens, signal: call.signal });
    return jsonReply({ description }, 0, engine);
  },
};
