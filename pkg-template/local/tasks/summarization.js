import { byDefault, integer, readFields, required, text } from "../inputs/check.js";
import { jsonReply, textNeurons } from "./json.js";

const RULES = {
  input_text: required(text({ min: 1 })),
  max_length: byDefault(integer(), 1024),
};

export const summarization = {
  method: "summarize",
  async answer(call, model, [engine]) {
    const { input_text, max_length } = readFields(call.inputs, model, RULES);
    const summary = await engine.summarize({
      model,
      text: input_text,
      maxLength: max_length,
      signal: call.signal,
    });
    return jsonReply({ summary }, textNeurons(model, [input_text], [summary]), engine);
  },
};
