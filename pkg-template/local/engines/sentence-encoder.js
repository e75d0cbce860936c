// A small real embedding model on this machine's processor: the Universal Sentence Encoder, by
// `@energetic-ai/embeddings`.

import { createRequire } from "node:module";

import { orAborted } from "../streams/abort.js";
import { fitted } from "./vectors.js";

const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
const cosine = (a, b) => dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);

export class SentenceEncoder {
  name = "small-model";
  description = "Universal Sentence Encoder, a small real model on this machine";
  #options;
  #loaded;

  /** @param {{ module: string, model: string }} options paths of the library's and the weights' entries */
  constructor(options) {
    this.#options = options;
  }

  async embed({ texts, dimensions, signal }) {
    const encoder = await orAborted(this.load(), signal);
    const rows = await orAborted(encoder.embed(texts), signal);
    const tokens = texts.reduce((sum, text) => sum + encoder.tokenizer.encode(text).length, 0);
    return { rows: rows.map((row) => fitted(row, dimensions)), tokens };
  }

  /** A substitute for a reranker: the similarity of the vectors, scaled to the range from 0 to 1. */
  async rerank({ query, contexts, signal }) {
    const encoder = await orAborted(this.load(), signal);
    const [target, ...rows] = await orAborted(encoder.embed([query, ...contexts]), signal);
    return rows.map((row) => (1 + cosine(target, row)) / 2);
  }

  /** Loads the model, once. */
  load() {
    this.#loaded ??= this.#open();
    return this.#loaded;
  }

  async #open() {
    const require = createRequire(import.meta.url);
    const { initModel } = require(this.#options.module);
    const { modelSource } = require(this.#options.model);
    return initModel(modelSource);
  }
}
