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

/** How far {@link WorkersAI.transcribe} has come with a long recording. */
export interface TranscribeProgress {
  /** So much of the recording is transcribed, in seconds. */
  seconds: number;
  /** How long it is, in seconds, where its header says so. */
  totalSeconds?: number;
  /** Requests that are done, of this call. */
  pieces: number;
}

/** What a long recording had given before {@link WorkersAI.transcribe} failed: the `partial` of the error. */
export type TranscribePartial = Omit<TranscribeResult, "raw" | "meta"> & { duration: number };

/** Options of {@link WorkersAI.transcribe}. `timeout`, `maxRetries` and the like count for each request of a piece. */
export interface TranscribeOptions extends Omit<CallOptions, "resume"> {
  /**
   * How long a piece may be, in seconds, from 10 to 3600; 0 sends the recording in one request, whatever its size. However little that is, a
   * piece has at least 16 KiB.
   *
   * @default 60 where the recording has more than 20 MiB, or where `onProgress` or `resume` is set; else it goes out in one request
   */
  pieceSeconds?: number;
  /**
   * Most requests at a time, from 1 to 32. So many pieces are held in memory.
   *
   * @default 2
   */
  concurrency?: number;
  /** Is called when a piece is transcribed, in the order of the recording. What it throws, or its promise is rejected with, ends the call. */
  onProgress?: (progress: TranscribeProgress) => unknown;
  /** The `partial` of an earlier attempt's error: the recording goes on where that ended, and the result has all of it. */
  resume?: TranscribePartial;
}

export interface WorkersAI {
  /**
   * Writes down what is said in a recording.
   *
   * A recording of more than 20 MiB, or one with `onProgress`, goes out in pieces: WAV is cut where it is quiet, FLAC, MP3 and Ogg between two
   * frames. The result is one, with the times of the whole recording; `raw` is an array of what the service said of each piece. A `Blob` or a
   * stream is read as it is needed, so that an hour takes no more memory than a few pieces; bytes in an array must not be changed meanwhile.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `TOO_LARGE`, or another {@link WorkersAIErrorCode}. If a piece fails, `partial` has what the
   *   pieces before it gave: pass it as `resume`
   *
   * @example
   * ```ts
   * const { text } = await ai.transcribe("@cf/openai/whisper-large-v3-turbo", await fetch(url));
   *
   * // An hour, with its progress.
   * const onProgress = ({ seconds, totalSeconds }) => console.log(`${seconds} of ${totalSeconds} s`);
   * const { vtt } = await ai.transcribe("@cf/openai/whisper-large-v3-turbo", file, { onProgress });
   * ```
   */
  transcribe<const Model extends OfferedModels["transcribe"] | (string & {})>(
    model: Model & ServedBy<"transcribe", Model>,
    input: TranscribeInput<Model>,
    options?: TranscribeOptions,
  ): Promise<TranscribeResult>;
}
