/** What {@link WorkersAI.decide} takes: questions about a state. */
export type DecideInput<
  Questions extends Record<string, DecisionQuestion> = Record<string, DecisionQuestion>,
  Model extends string = string,
> = ParametersOf<Model, DecideParameters> & {
  /** What is to be judged: any JSON value. */
  state: string | JsonObject | readonly unknown[];
  /** Up to 64 questions, by names of your own. */
  questions: Questions;
  fields?: undefined;
  /** The same model by the name that its API has for it. Default: filled in. */
  model?: string | undefined;
};

/** What {@link WorkersAI.decide} takes for `@cf/cloudflare/clairic`: fields that are to be extracted from a text. */
export type ExtractInput<
  Fields extends Record<string, ExtractionField> = Record<string, ExtractionField>,
  Model extends string = string,
> = ParametersOf<Model, DecideParameters> & {
  /** The text; may be empty if there are images. */
  state: string;
  /** The fields, by names of your own. */
  fields: Fields;
  questions?: undefined;
  /** The same model by the name that its API has for it. Default: filled in. */
  model?: string | undefined;
};

/** Answers, by the names of the questions. */
export interface DecideResult<Answers = Record<string, DecisionAnswer>> {
  /** The answers, each by the name of its question. */
  answers: Answers;
  /** What it cost, where the service says it. */
  usage?: Usage;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Asks a decision model typed questions; it answers with probabilities instead of text.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `TOO_LARGE`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { answers } = await ai.decide("@cf/cloudflare/clef-flash", {
   *   state: "The parcel has not come, and I want my money back.",
   *   questions: {
   *     angry: { type: "noul", instructions: "Is the customer angry?" },
   *     topic: { type: "choice", instructions: "What is it about?", criteria: { delivery: null, quality: null } },
   *   },
   * });
   * console.log(answers.angry.noul, answers.topic.choice);
   * ```
   */
  decide<
    const Model extends OfferedModels["decide"] | (string & {}),
    const Fields extends Record<string, ExtractionField>,
  >(
    model: Model & ServedBy<"decide", Model>,
    input: ExtractInput<Fields, Model>,
    options?: CallOptions,
  ): Promise<DecideResult<{ [Name in keyof Fields]: ExtractionAnswer }>>;
  decide<
    const Model extends OfferedModels["decide"] | (string & {}),
    const Questions extends Record<string, DecisionQuestion>,
  >(
    model: Model & ServedBy<"decide", Model>,
    input: DecideInput<Questions, Model>,
    options?: CallOptions,
  ): Promise<
    DecideResult<{ [Name in keyof Questions]: Extract<DecisionAnswer, { type: Questions[Name]["type"] }> }>
  >;
}
