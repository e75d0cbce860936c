/** The input of {@link WorkersAI.decide}: questions about a state. */
export type DecideInput<
  Questions extends Record<string, DecisionQuestion> = Record<string, DecisionQuestion>,
  Model extends string = string,
> = ParametersOf<Model, DecideParameters> & {
  /** The state to be judged: any JSON value. */
  state: string | JsonObject | readonly unknown[];
  /** Up to 64 questions, by names of your own. */
  questions: Questions;
  fields?: undefined;
  /** The model's own name in its API. Default: filled in. */
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
  /** The model's own name in its API. Default: filled in. */
  model?: string | undefined;
};

/** Answers, by the names of the questions. */
export interface DecideResult<Answers = Record<string, DecisionAnswer>> {
  /** The answers, each by the name of its question. */
  answers: Answers;
  /** The usage, if the service reports it. */
  usage?: Usage;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Answers typed questions with a decision model, which returns probabilities instead of text.
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
