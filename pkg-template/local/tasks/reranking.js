import { readable } from "../inputs/bounds.js";
import { readContexts, readFields } from "../inputs/check.js";
import { jsonReply, textNeurons } from "./json.js";

/** Rerankers: the index of each context with its score, best first, at most `top_k`. */
export const reranking = {
  method: "rerank",
  async answer(call, model, [engine]) {
    const { query: sent, contexts, top_k } = readFields(call.inputs, model);
    const query = readable(sent, model);
    const given = readContexts(contexts, model).map((text) => readable(text, model));
    const scores = await engine.rerank({ model, query, contexts: given, signal: call.signal });
    const response = scores
      .map((score, id) => ({ id, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, top_k ?? given.length);
    return jsonReply({ response }, textNeurons(model, [query, ...given]), engine);
  },
};
