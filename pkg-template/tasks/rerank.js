// `rerank`: the core sorts the scores; the texts are the caller's own.

import { runTask } from "./run-task.js";

export async function rerank(client, model, input, options) {
  const texts = Array.isArray(input?.contexts)
    ? input.contexts.map((context) => (typeof context === "string" ? context : context?.text))
    : [];
  const { results, ...rest } = await runTask(client, "rerank", model, input, options);
  return { results: results.map((result) => ({ ...result, text: texts[result.index] })), ...rest };
}
