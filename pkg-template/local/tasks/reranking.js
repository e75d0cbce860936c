import { readable } from "../inputs/bounds.js";
import { readContexts, readFields } from "../inputs/check.js";
import { turn } from "../streams/turns.js";
import { jsonReply, textNeurons } from "./json.js";

/** Rerankers: the index of each context with its score, best first, at most `top_k`. */
export const reranking = {
  method: "rerank",
  async answer(call, model, [engine]) {
    const { query: sent, contexts, top_k } = readFields(call.inputs, model);
    const query = readable(sent, model);
    const texts = readContexts(contexts, model).map((text) => readable(text, model));
    let neurons = textNeurons(model, [query]);
    for (const text of texts) {
      await turn(text.length);
      neurons += textNeurons(model, [text]);
    }
    const scores = await engine.rerank({ model, query, contexts: texts, signal: call.signal });
    const response = scores
      .map((score, id) => ({ id, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, top_k ?? texts.length);
    return jsonReply({ response }, neurons, engine);
  },
};
