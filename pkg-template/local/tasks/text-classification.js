import { readable } from "../inputs/bounds.js";
import { readFields } from "../inputs/check.js";
import { jsonReply, textNeurons } from "./json.js";

/** Distilbert: both labels in a bare array, the negative one first. */
export const textClassification = {
  method: "classifyText",
  async answer(call, model, [engine]) {
    const text = readable(readFields(call.inputs, model).text, model);
    const labels = await engine.classifyText({ model, text, signal: call.signal });
    return jsonReply(labels, textNeurons(model, [text]), engine);
  },
};
