import { readable } from "../inputs/bounds.js";
import { readFields } from "../inputs/check.js";
import { jsonReply, textNeurons } from "./json.js";

export const summarization = {
  method: "summarize",
  async answer(call, model, [engine]) {
    const { input_text, max_length } = readFields(call.inputs, model);
    const text = readable(input_text, model);
    const summary = await engine.summarize({
      model,
      text,
      maxLength: max_length,
      signal: call.signal,
    });
    return jsonReply({ summary }, textNeurons(model, [text], [summary]), engine);
  },
};
