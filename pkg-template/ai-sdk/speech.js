// Speech models: text to speech.

import { headersOf, metadataOf } from "./metadata.js";
import { Model } from "./model.js";

export class SpeechModel extends Model {
  constructor(client, modelId, settings) {
    super(client, modelId, settings, "speech");
  }

  async doGenerate(call) {
    const { text, voice, outputFormat, instructions, speed, language } = call;
    const warnings = [];
    const timestamp = new Date();
    const { bytes, mediaType, meta } = await this.request(call, async (client, parameters, options) => {
      const requested = {
        speaker: ["voice", voice],
        encoding: ["outputFormat", outputFormat],
        lang: ["language", language],
        instructions: ["instructions", instructions],
        speed: ["speed", speed],
      };
      const input = { text, ...(await this.taken(requested, warnings)), ...parameters };
      return client.generateSpeech(this.modelId, input, options);
    });
    return {
      audio: bytes,
      warnings,
      providerMetadata: metadataOf(meta, { mediaType }),
      response: { timestamp, modelId: meta.model, headers: headersOf(meta) },
    };
  }
}
