import { contexts, integer, readFields, required, text } from "../inputs/check.js";
import { jsonReply, textNeurons } from "./json.js";

const RULES = {
  query: required(text({ min: 1 })),
  contexts: required(contexts),
  top_k: integer({ min: 1 }),
};

/** Rerankers: the index of each context with its score, best first, at most `top_k`. */
export const reranking = {
  method: "rerank",
  async answer(call, model, [engine]) {
    const { query, contexts: given, top_k } = readFields(call.inputs, model, RULES);
    const scores = await engine.rerank({ model, query, contexts: given, signal: call.signal });
    const response = scores
      .map((score, id) => ({ id, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, top_k ?? given.length);
    return jsonReply({ response }, textNeurons(model, [query, ...given]), engine);
  },
};
