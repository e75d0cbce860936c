/** What {@link WorkersAI.transcribe} takes: a recording, alone or with the model's parameters. */
export type TranscribeInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, TranscribeParameters> & { audio: MediaInput | RawInput });

/** A word that was said; times in seconds. */
export interface TranscribedWord {
  /** The word, with its punctuation where the model says it. */
  word: string;
  /** Where it begins, in seconds from the beginning of the recording. */
  start: number;
  /** Where it ends, in seconds. */
  end: number;
  /** From 0 to 1; nova-3 says it. */
  confidence?: number;
  /** Who speaks, counted from 0; nova-3 with `diarize` says it. */
  speaker?: number;
}

/** A part of a transcript; times in seconds. */
export interface TranscribedSegment {
  /** What is said in it. */
  text: string;
  /** Where it begins, in seconds from the beginning of the recording. */
  start: number;
  /** Where it ends, in seconds. */
  end: number;
}

/** What was said. What the model does not say is absent. */
export interface TranscribeResult {
  /** All that was said. */
  text: string;
  /** The language that was spoken, such as `"en"`. */
  language?: string;
  /** How long the recording is, in seconds. */
  duration?: number;
  /** The words with their times. */
  words?: TranscribedWord[];
  /** The sentences, or the like, with their times. */
  segments?: TranscribedSegment[];
  /** Subtitles. */
  vtt?: string;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Writes down what is said in a recording.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `TOO_LARGE`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { text } = await ai.transcribe("@cf/openai/whisper-large-v3-turbo", await fetch(url));
   * ```
   */
  transcribe<const Model extends OfferedModels["transcribe"] | (string & {})>(
    model: Model & ServedBy<"transcribe", Model>,
    input: TranscribeInput<Model>,
    options?: CallOptions,
  ): Promise<TranscribeResult>;
}
