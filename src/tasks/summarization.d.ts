/** What {@link WorkersAI.summarize} takes. */
export type SummarizeInput<Model extends string = string> =
  | string
  | (ParametersOf<Model, SummarizeParameters> & { input_text: string });

/** A summary. */
export interface SummarizeResult {
  /** The summary. */
  summary: string;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
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
