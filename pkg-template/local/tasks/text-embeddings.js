import { openAIList, readEmbeddings } from "../dialects/embeddings.js";
import { badInput } from "../errors.js";
import { readable } from "../inputs/bounds.js";
import { neuronsFor } from "../models/registry.js";

/** Answers an embedding call; vectors have the model's own number of dimensions and unit length, whichever engine made them. */
export async function answerTextEmbeddings(call, model, engines) {
  const openAI = call.operation === "embeddings";
  if (openAI && call.inputs.input === undefined)
    throw badInput(model, "required properties at '/' are 'input'");
  const read = readEmbeddings(openAI ? { text: call.inputs.input } : call.inputs, model);
  const { pooling, build } = read;
  const texts = read.texts.map((text) => readable(text, model));
  const [engine] = engines;
  const { rows, tokens } = await engine.embed({
    model,
    texts,
    pooling,
    dimensions: model.dimensions,
    signal: call.signal,
  });
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return {
    kind: "json",
    value: openAI ? openAIList(rows, usage, model) : build(rows, usage),
    neurons: neuronsFor(model, { promptTokens: tokens }),
    engine,
  };
}
