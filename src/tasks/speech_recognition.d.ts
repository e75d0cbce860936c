/** The input of {@link WorkersAI.transcribe}: a recording, alone or with the model's parameters. */
export type TranscribeInput<Model extends string = string> =
  | MediaInput
  | (ParametersOf<Model, TranscribeParameters> & { audio: MediaInput | RawInput });

/** A transcribed word; times in seconds. */
export interface TranscribedWord {
  /** The word, with its punctuation if the model adds any. */
  word: string;
  /** Start time, in seconds from the beginning of the recording. */
  start: number;
  /** End time, in seconds. */
  end: number;
  /** From 0 to 1; nova-3 only. */
  confidence?: number;
  /** The number of the speaker, from 0; nova-3 with `diarize` only. */
  speaker?: number;
}

/** A part of a transcript; times in seconds. */
export interface TranscribedSegment {
  /** Its text. */
  text: string;
  /** Start time, in seconds from the beginning of the recording. */
  start: number;
  /** End time, in seconds. */
  end: number;
}

/** A transcript. Fields that the model does not send are absent. */
export interface TranscribeResult {
  /** The complete text. */
  text: string;
  /** The spoken language, such as `"en"`. */
  language?: string;
  /** Duration of the recording, in seconds. */
  duration?: number;
  /** The words with their times. */
  words?: TranscribedWord[];
  /** The sentences or utterances with their times. */
  segments?: TranscribedSegment[];
  /** Subtitles. */
  vtt?: string;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

/** The progress of {@link WorkersAI.transcribe} with a long recording. */
export interface TranscribeProgress {
  /** The transcribed part of the recording, in seconds. */
  seconds: number;
  /** Its duration in seconds, if its header contains it. */
  totalSeconds?: number;
  /** The number of completed requests of this call. */
  pieces: number;
}

/**
 * The transcript so far when {@link WorkersAI.transcribe} failed with a long recording: the `partial` of the
 * error.
 */
export type TranscribePartial = Omit<TranscribeResult, "raw" | "meta"> & { duration: number };

/**
 * Options of {@link WorkersAI.transcribe}. `timeout`, `maxRetries` and the like apply to the request of each
 * piece.
 */
export interface TranscribeOptions extends Omit<CallOptions, "resume"> {
  /**
   * Duration of a piece in seconds, from 10 to 3600; 0 sends the recording in one request, whatever its size.
   * A piece has at least 16 KiB.
   *
   * @default 60 if the recording has more than 20 MiB, or if `onProgress` or `resume` is set; else it is sent
   *   in one request
   */
  pieceSeconds?: number;
  /**
   * Limit of concurrent requests, from 1 to 32. That many pieces are held in memory.
   *
   * @default 2
   */
  concurrency?: number;
  /**
   * Called when a piece is transcribed, in the order of the recording. Its exception or rejection ends the
   * call.
   */
  onProgress?: (progress: TranscribeProgress) => unknown;
  /**
   * The `partial` of an earlier attempt's error: transcription continues where that ended, and the result is
   * complete.
   */
  resume?: TranscribePartial;
}

export interface WorkersAI {
  /**
   * Transcribes a recording.
   *
   * A recording of more than 20 MiB, or one with `onProgress`, is sent in pieces: WAV is split at quiet
   * places, FLAC, MP3 and Ogg between two frames. They are merged to one result, with the times of the whole
   * recording; `raw` is an array of the service's responses to the pieces. A `Blob` or a stream is read on
   * demand, so that an hour takes no more memory than a few pieces; bytes in an array must not be changed
   * during the call.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `TOO_LARGE`, or another {@link WorkersAIErrorCode}. If a piece
   *   fails, `partial` has the transcript of the earlier pieces: pass it as `resume`
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
