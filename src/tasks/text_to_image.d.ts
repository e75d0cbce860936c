/** What {@link WorkersAI.generateImage} takes: a prompt, alone or with the model's parameters. */
export type GenerateImageInput<Model extends string = string> =
  | string
  | (ParametersOf<Model, GenerateImageParameters> & {
      /** What the image shows. */
      prompt: string;
      /** An image to start from; FLUX.2 takes up to four. */
      image?: MediaInput | readonly MediaInput[] | undefined;
    });

export interface WorkersAI {
  /**
   * Makes an image.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `CONTENT_BLOCKED`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const image = await ai.generateImage("@cf/black-forest-labs/flux-1-schnell", "a lighthouse in a storm");
   * return image.response();
   * ```
   */
  generateImage<const Model extends OfferedModels["generateImage"] | (string & {})>(
    model: Model & ServedBy<"generateImage", Model>,
    input: GenerateImageInput<Model>,
    options?: CallOptions,
  ): Promise<MediaResult>;
}
