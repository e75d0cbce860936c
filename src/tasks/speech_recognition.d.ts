/** What {@link WorkersAI.transcribe} takes: a recording, alone or with the model's parameters. */
export type TranscribeInput =
  | MediaInput
  | (TranscribeParameters & { audio: MediaInput | RawInput; [parameter: string]: unknown });

/** A word that was said; times in seconds. */
export interface TranscribedWord {
  word: string;
  start: number;
  end: number;
  /** From 0 to 1; nova-3 says it. */
  confidence?: number;
  /** Who speaks, counted from 0; nova-3 with `diarize` says it. */
  speaker?: number;
}

/** A part of a transcript; times in seconds. */
export interface TranscribedSegment {
  text: string;
  start: number;
  end: number;
}

/** What was said. What the model does not say is absent. */
export interface TranscribeResult {
  text: string;
  /** The language that was spoken, such as `"en"`. */
  language?: string;
  /** How long the recording is, in seconds. */
  duration?: number;
  words?: TranscribedWord[];
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
    input: TranscribeInput,
    options?: CallOptions,
  ): Promise<TranscribeResult>;
}
