// Embedding models.

import { headersOf, metadataOf } from "./metadata.js";
import { Model } from "./model.js";

export class EmbeddingModel extends Model {
  /** No limit: the client splits the values into requests, with bounded concurrency. */
  maxEmbeddingsPerCall = undefined;
  supportsParallelCalls = true;

  constructor(client, modelId, settings) {
    super(client, modelId, settings, "embedding");
  }

  async doEmbed(call) {
    const { values, dimensions } = call;
    const warnings = [];
    const { rows, usage, meta, raw } = await this.request(call, async (client, parameters, options) => {
      const more = {
        ...(await this.taken({ dimensions: ["dimensions", dimensions] }, warnings)),
        ...parameters,
      };
      if (values.length === 1) return client.embed(this.modelId, { ...more, text: values }, options);
      const { fallback: _only, ...rest } = options;
      return client.embedMany(this.modelId, values, { ...rest, parameters: more });
    });
    return {
      embeddings: rows.map((row) => Array.from(row)),
      usage: usage && { tokens: usage.promptTokens },
      providerMetadata: metadataOf(meta),
      response: { headers: headersOf(meta), body: raw },
      warnings,
    };
  }
}
