/** The input of {@link WorkersAI.detectTurn}: a recording, alone or with the model's parameters. */
export type DetectTurnInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, DetectTurnParameters> & { audio: MediaInput | RawInput });

/** Whether a speaker has finished. */
export interface DetectTurnResult {
  /** True if the speaker has finished. */
  isComplete: boolean;
  /** Its probability, from 0 to 1. */
  probability: number;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Detects whether a speaker has finished, or has only paused.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { isComplete } = await ai.detectTurn("@cf/pipecat-ai/smart-turn-v2", recording);
   * ```
   */
  detectTurn<const Model extends OfferedModels["detectTurn"] | (string & {})>(
    model: Model & ServedBy<"detectTurn", Model>,
    input: DetectTurnInput<Model>,
    options?: CallOptions,
  ): Promise<DetectTurnResult>;
}
