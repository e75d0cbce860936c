// Reranking models: order documents by their relevance to a query.

import { headersOf, metadataOf, responseOf } from "./metadata.js";
import { Model } from "./model.js";

export class RerankingModel extends Model {
  constructor(client, modelId, settings) {
    super(client, modelId, settings, "reranking");
  }

  async doRerank(call) {
    const { documents, query, topN } = call;
    const { type, values } = documents;
    const warnings = [];
    const contexts = type === "text" ? values : values.map((value) => JSON.stringify(value));
    if (type !== "text")
      warnings.push({
        type: "compatibility",
        feature: "object documents",
        details: "The model reads them as JSON text.",
      });
    const { results, meta, raw } = await this.request(call, (client, parameters, options) => {
      const input = { ...parameters, query, contexts };
      if (topN !== undefined) input.top_k = topN;
      return client.rerank(this.modelId, input, options);
    });
    return {
      ranking: results.map(({ index, score }) => ({ index, relevanceScore: score })),
      providerMetadata: metadataOf(meta),
      warnings,
      response: { ...responseOf(meta), headers: headersOf(meta), body: raw },
    };
  }
}
