import { badInput } from "../errors.js";
import { readFields } from "../inputs/check.js";
import { neuronsFor } from "../models/registry.js";
import { jsonReply, tokensOf } from "./json.js";

/** Llama Guard: is the last message safe? As text, or as an object in JSON mode. */
export const guard = {
  method: "moderate",
  async answer(call, model, [engine]) {
    const { messages, response_format } = readFields(call.inputs, model);
    check(messages, model);
    const categories = await engine.moderate({ model, messages, signal: call.signal });
    const safe = categories.length === 0;
    const text = safe ? "safe" : `unsafe\n${categories.join(",")}`;
    const promptTokens = messages.reduce((sum, { content }) => sum + tokensOf(content), 0);
    const completionTokens = tokensOf(text);
    const usage = {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    };
    const object = { safe, categories };
    const response = response_format?.type === "json_object" ? object : text;
    return jsonReply({ response, usage }, neuronsFor(model, { promptTokens, completionTokens }), engine);
  },
};

function check(messages, model) {
  for (const [index, message] of messages.entries()) {
    if (typeof message?.role !== "string" || typeof message.content !== "string")
      throw badInput(model, `required properties at '/messages/${index}' are 'role,content'`);
    if (!["user", "assistant"].includes(message.role))
      throw badInput(model, `'/messages/${index}/role' must be one of user, assistant`);
  }
}
