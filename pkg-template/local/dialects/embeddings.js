// Inputs and outputs of the embedding models: bge `{ text, pooling }`, bge-m3's three forms, qwen3's
// queries and documents.

import { badInput } from "../errors.js";
import { readContexts, readFields } from "../inputs/check.js";

const QWEN_INSTRUCTION = "Given a web search query, retrieve relevant passages that answer the query";

/** The texts to embed, and the function that creates the answer from their vectors. */
export function readEmbeddings(sent, model) {
  const inputs = model.family ? readFields(sent, model) : sent;
  const { pooling = "mean" } = inputs;
  if (inputs.contexts !== undefined) return readScored(inputs, model);
  if (inputs.queries !== undefined || inputs.documents !== undefined) return readQueries(inputs);
  if (inputs.text === undefined) throw badInput(model, "required properties at '/' are 'text'");
  const texts = [inputs.text].flat();
  const extras = model.input === "bge" || model.input === "bge-m3" ? { pooling } : {};
  return { texts, pooling, build: (rows, usage) => ({ shape: shapeOf(rows), data: rows, ...extras, usage }) };
}

function readScored(inputs, model) {
  const contexts = readContexts(inputs.contexts, model);
  if (inputs.query === undefined) {
    return {
      texts: contexts,
      pooling: "cls",
      build: (rows) => ({ response: rows, shape: shapeOf(rows), pooling: "cls" }),
    };
  }
  const scores = ([query, ...rows]) => ({
    response: rows.map((row, id) => ({ id, score: cosine(query, row) })),
  });
  return { texts: [inputs.query, ...contexts], pooling: "cls", build: scores };
}

function readQueries({ instruction = QWEN_INSTRUCTION, queries = [], documents = [] }) {
  const instructed = [queries].flat().map((query) => `Instruct: ${instruction}\nQuery:${query}`);
  const texts = [...instructed, ...[documents].flat()];
  return { texts, pooling: "mean", build: (rows) => ({ data: rows, shape: shapeOf(rows) }) };
}

const shapeOf = (rows) => [rows.length, rows[0]?.length ?? 0];

/** Rows have unit length, so their inner product is their cosine. */
const cosine = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

/** OpenAI's list, which `/v1/embeddings` answers. */
export const openAIList = (rows, usage, model) => ({
  object: "list",
  data: rows.map((embedding, index) => ({ object: "embedding", index, embedding })),
  model: model.id,
  usage,
});
