/** What {@link WorkersAI.detectTurn} takes: a recording, alone or with the model's parameters. */
export type DetectTurnInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, DetectTurnParameters> & { audio: MediaInput | RawInput });

/** Whether a speaker has finished. */
export interface DetectTurnResult {
  /** Has the speaker finished? */
  isComplete: boolean;
  /** How likely it is, from 0 to 1. */
  probability: number;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Says whether a speaker has finished, or has only paused.
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
