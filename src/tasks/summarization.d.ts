/** The input of {@link WorkersAI.summarize}. */
export type SummarizeInput<Model extends string = string> =
  | string
  | (ParametersOf<Model, SummarizeParameters> & { input_text: string });

/** A summary. */
export interface SummarizeResult {
  /** The summary. */
  summary: string;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Summarizes a text.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { summary } = await ai.summarize("@cf/facebook/bart-large-cnn", article);
   * ```
   */
  summarize<const Model extends OfferedModels["summarize"] | (string & {})>(
    model: Model & ServedBy<"summarize", Model>,
    input: SummarizeInput<Model>,
    options?: CallOptions,
  ): Promise<SummarizeResult>;
}
