/** A label and how likely it is. */
export interface Label {
  /** The label, in the model's own words. */
  label: string;
  /** From 0 to 1. */
  score: number;
}

/** Labels, the likeliest first. */
export interface LabelsResult {
  /** The labels, the likeliest first. */
  labels: Label[];
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

/** What {@link WorkersAI.classifyText} takes. */
export type ClassifyTextInput<Model extends string = string> =
  | string
  | (ParametersOf<Model, object> & { text: string });

/** What {@link WorkersAI.rerank} takes. */
export type RerankInput<Model extends string = string> = ParametersOf<Model, RerankParameters> & {
  /** What the contexts are compared with. */
  query: string;
  /** The texts that are compared. */
  contexts: readonly (string | { readonly text: string })[];
};

/** One context and how well it fits. */
export interface Ranked {
  /** Its place in `contexts`. */
  index: number;
  /** From 0 to 1. */
  score: number;
  /** The context itself. */
  text: string;
}

/** The contexts, the best first. */
export interface RerankResult {
  /** The contexts with their scores, the best first. */
  results: Ranked[];
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Says what a text is, such as `POSITIVE` or `NEGATIVE`.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { labels } = await ai.classifyText("@cf/huggingface/distilbert-sst-2-int8", "I love it.");
   * console.log(labels[0]); // { label: "POSITIVE", score: 0.99 }
   * ```
   */
  classifyText<const Model extends OfferedModels["classifyText"] | (string & {})>(
    model: Model & ServedBy<"classifyText", Model>,
    input: ClassifyTextInput<Model>,
    options?: CallOptions,
  ): Promise<LabelsResult>;

  /**
   * Sorts texts by how well they fit a query.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { results } = await ai.rerank("@cf/baai/bge-reranker-base", {
   *   query: "Which planet is the largest?",
   *   contexts: ["Mars is red.", "Jupiter is larger than all the others together."],
   *   top_k: 1,
   * });
   * ```
   */
  rerank<const Model extends OfferedModels["rerank"] | (string & {})>(
    model: Model & ServedBy<"rerank", Model>,
    input: RerankInput<Model>,
    options?: CallOptions,
  ): Promise<RerankResult>;
}
