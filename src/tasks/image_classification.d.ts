/** The input of {@link WorkersAI.classifyImage}. */
export type ClassifyImageInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, object> & { image: MediaInput });

export interface WorkersAI {
  /**
   * Classifies an image.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { labels } = await ai.classifyImage("@cf/microsoft/resnet-50", await fetch(url));
   * console.log(labels[0]); // { label: "LIGHTHOUSE", score: 0.87 }
   * ```
   */
  classifyImage<const Model extends OfferedModels["classifyImage"] | (string & {})>(
    model: Model & ServedBy<"classifyImage", Model>,
    input: ClassifyImageInput<Model>,
    options?: CallOptions,
  ): Promise<LabelsResult>;
}
