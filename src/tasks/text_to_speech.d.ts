/** What {@link WorkersAI.generateSpeech} takes: a text, alone or with the model's parameters. */
export type GenerateSpeechInput<Model extends string = string> =
  | string
  | (ParametersOf<Model, GenerateSpeechParameters> & { text: string; prompt?: undefined })
  | (ParametersOf<Model, GenerateSpeechParameters> & { prompt: string; text?: undefined });

export interface WorkersAI {
  /**
   * Says a text.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const speech = await ai.generateSpeech("@cf/deepgram/aura-2-en", { text: "Good morning!", speaker: "luna" });
   * await writeFile("morning.mp3", speech.bytes);
   * ```
   */
  generateSpeech<const Model extends OfferedModels["generateSpeech"] | (string & {})>(
    model: Model & ServedBy<"generateSpeech", Model>,
    input: GenerateSpeechInput<Model>,
    options?: CallOptions,
  ): Promise<MediaResult>;
}
