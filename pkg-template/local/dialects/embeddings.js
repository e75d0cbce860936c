// Inputs and outputs of the embedding models: bge `{ text, pooling }`, bge-m3's three forms, qwen3's queries and documents.

import { badInput } from "../errors.js";

const MOST_TEXTS = { bge: 100, "bge-m3": 100, text: 100, qwen3: 32 };
const QWEN_INSTRUCTION = "Given a web search query, retrieve relevant passages that answer the query";

/** The texts to embed, and how the answer is made from their vectors. */
export function readEmbeddings(inputs, model) {
  const pooling = inputs.pooling ?? "mean";
  if (pooling !== "mean" && pooling !== "cls") throw badInput(model, "'/pooling' is not one of mean, cls");

  if (model.input === "bge-m3" && inputs.contexts !== undefined) return readContexts(inputs, model);
  if (model.input === "qwen3" && (inputs.queries !== undefined || inputs.documents !== undefined))
    return readQueries(inputs, model);

  const texts = readTexts(inputs.text, "text", model);
  const extras = model.input === "bge" || model.input === "bge-m3" ? { pooling } : {};
  return { texts, pooling, build: (rows, usage) => ({ shape: shapeOf(rows), data: rows, ...extras, usage }) };
}

function readContexts(inputs, model) {
  if (!Array.isArray(inputs.contexts))
    throw badInput(model, "Type mismatch of '/contexts', 'array' not in the given type");
  const contexts = inputs.contexts.map((context, index) => {
    if (typeof context?.text !== "string")
      throw badInput(model, `required properties at '/contexts/${index}' are 'text'`);
    return context.text;
  });
  if (inputs.query === undefined) {
    return {
      texts: contexts,
      pooling: "cls",
      build: (rows) => ({ response: rows, shape: shapeOf(rows), pooling: "cls" }),
    };
  }
  if (typeof inputs.query !== "string" || inputs.query === "")
    throw badInput(model, "Length of '/query' must be >= 1");
  const scores = ([query, ...rows]) => ({
    response: rows.map((row, id) => ({ id, score: cosine(query, row) })),
  });
  return { texts: [inputs.query, ...contexts], pooling: "cls", build: scores };
}

function readQueries(inputs, model) {
  const instruction = inputs.instruction ?? QWEN_INSTRUCTION;
  const queries = inputs.queries === undefined ? [] : readTexts(inputs.queries, "queries", model);
  const documents = inputs.documents === undefined ? [] : readTexts(inputs.documents, "documents", model);
  const texts = [...queries.map((query) => `Instruct: ${instruction}\nQuery:${query}`), ...documents];
  return { texts, pooling: "mean", build: (rows) => ({ data: rows, shape: shapeOf(rows) }) };
}

function readTexts(value, name, model) {
  if (value === undefined) throw badInput(model, `required properties at '/' are '${name}'`);
  const texts = [value].flat();
  if (texts.some((text) => typeof text !== "string"))
    throw badInput(model, `Type mismatch of '/${name}', 'string' not in the given type`);
  if (texts.length === 0 || texts.some((text) => text === ""))
    throw badInput(model, `Length of '/${name}' must be >= 1`);
  if (texts.length > MOST_TEXTS[model.input])
    throw badInput(model, `Length of '/${name}' must be <= ${MOST_TEXTS[model.input]}`);
  return texts;
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
