// Image models.

import { headersOf, metadataOf } from "./metadata.js";
import { Model } from "./model.js";

export class ImageModel extends Model {
  /** The service generates one image per request. */
  maxImagesPerCall = 1;

  constructor(client, modelId, settings) {
    super(client, modelId, settings, "image");
  }

  async doGenerate(call) {
    const { prompt, n, size, aspectRatio, seed, files, mask } = call;
    const warnings = [];
    if (n > 1) this.warn(warnings, "n");
    if (aspectRatio !== undefined) this.warn(warnings, "aspectRatio");
    const [width, height] = size === undefined ? [] : size.split("x").map(Number);
    const timestamp = new Date();
    const image = await this.request(call, async (client, parameters, options) => {
      const requested = { width: ["size", width], height: ["size", height], seed: ["seed", seed] };
      const input = { prompt, ...(await this.taken(requested, warnings)), ...parameters };
      if (files?.length > 0) input.image = files.length === 1 ? mediaOf(files[0]) : files.map(mediaOf);
      if (mask !== undefined) input.mask = mediaOf(mask);
      return client.generateImage(this.modelId, input, options);
    });
    const { bytes, mediaType, meta } = image;
    const { workersai } = metadataOf(meta);
    return {
      images: [bytes],
      warnings,
      providerMetadata: { workersai: { ...workersai, images: [{ mediaType }] } },
      response: { timestamp, modelId: meta.model, headers: headersOf(meta) },
    };
  }
}

const mediaOf = (file) => (file.type === "url" ? file.url : file.data);
