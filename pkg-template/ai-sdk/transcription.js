// Transcription models: speech to text.

import { headersOf, metadataOf } from "./metadata.js";
import { Model } from "./model.js";

export class TranscriptionModel extends Model {
  constructor(client, modelId, settings) {
    super(client, modelId, settings, "transcription");
  }

  async doGenerate(call) {
    const { audio } = call;
    const timestamp = new Date();
    const result = await this.request(call, (client, parameters, options) =>
      client.transcribe(this.modelId, { ...parameters, audio }, options),
    );
    const { text, segments = [], words, language, duration, meta, raw } = result;
    return {
      text,
      segments: segments.map(timed),
      words: words?.map(({ word, start, end }) => timed({ text: word, start, end })),
      language,
      durationInSeconds: duration,
      warnings: [],
      providerMetadata: metadataOf(meta),
      response: { timestamp, modelId: meta.model, headers: headersOf(meta), body: raw },
    };
  }
}

const timed = ({ text, start, end }) => ({ text, startSecond: start, endSecond: end });
