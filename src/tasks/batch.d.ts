/** One request of a batch to a model: what `run` takes, and a name of your own that comes back with the answer. */
export type BatchRequest<Model extends string = string> = Model extends TaskModels["batch"]
  ? ModelMap[Model]["batch"] extends { requests: readonly (infer Request)[] }
    ? Request
    : never
  : Record<string, unknown> & { external_reference?: string };

/** Where a batch stands. */
export type BatchState = "queued" | "running" | "completed";

/** A batch that was submitted. */
export interface BatchTicket {
  /** Keep it: it is all that is needed to come back later, from anywhere. */
  requestId: string;
  /** Where the batch stands. */
  status: BatchState;
  /** How the answer came about. */
  meta: Meta;
}

/** The answer to one request of a batch. */
export type BatchItem<Result = any> =
  | {
      /** The place of the request. */
      index: number;
      success: true;
      /** What the method that speaks to the model gives, without `meta`. */
      result: Result;
      error?: undefined;
      externalReference?: string;
    }
  | {
      index: number;
      success: false;
      result?: undefined;
      /** Why this request failed. */
      error: WorkersAIError;
      externalReference?: string;
    };

/** The answer to one request: what the method that speaks to the model gives, without `meta`; of other models what the service said. */
export type BatchOutput<Model extends string> = Model extends KnownModelId
  ? Model extends TaskModels["generateText"]
    ? Omit<TextResult, "meta">
    : Model extends TaskModels["embed"]
      ? Omit<EmbedResult, "meta"> & Partial<Pick<EmbedScores, "scores">>
      : Model extends TaskModels["translate"]
        ? Omit<TranslateResult, "meta">
        : Model extends TaskModels["transcribe"]
          ? Omit<TranscribeResult, "meta">
          : Model extends TaskModels["generateSpeech"]
            ? Omit<MediaResult, "meta">
            : Model extends TaskModels["detectTurn"]
              ? Omit<DetectTurnResult, "meta">
              : any
  : any;

/** A batch: where it stands and, when it is completed, its answers in the order of the requests. */
export interface BatchResult<Result = any> {
  /** Where the batch stands. */
  status: BatchState;
  /** The id that the batch was given. */
  requestId: string;
  /** Empty until the batch is completed. */
  items: BatchItem<Result>[];
  /** What all of it cost, where the service says it. */
  usage?: Usage;
  /** How the last answer came about. */
  meta: Meta;
}

/**
 * The options of `batch.wait` and `batch.results`. Their `timeout`, or its `total`, is for all of the waiting, and there is none unless it
 * is given; the batch goes on when it is over. Its `firstByte` and `idle` are each request's.
 */
export interface BatchWaitOptions extends CallOptions {
  /** The wait between two looks, in milliseconds. Default: it grows, from a second to a quarter of a minute. */
  intervalMs?: number;
  /** Called after each look. */
  onProgress?(progress: { status: BatchState; attempt: number }): unknown;
}

/** The answers of a batch: a loop, or, awaited, an array. */
export interface BatchItems<Result = any>
  extends AsyncIterable<BatchItem<Result>>,
    PromiseLike<BatchItem<Result>[]> {}

/** A message of a Queue about a batch. */
export interface BatchEvent {
  /** `cf.workersAi.model.batch.queued`, `.succeeded` or `.failed`. */
  type: string;
  /** Whose batch it is. */
  source: { modelName: string };
  /** The batch. */
  payload: { requestId: string };
}

/** What a message says of a batch, and the answers of one that has succeeded. */
export type BatchOfEvent<Result = any> =
  | { model: string; requestId: string; status: "queued" | "failed"; items?: undefined }
  | (BatchResult<Result> & { model: string });

/** The batch queue: many requests at once, answered within minutes. At most 10 MB together. */
export interface Batch {
  /**
   * Puts requests into the queue.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `TOO_LARGE`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { requestId } = await ai.batch.submit(model, [
   *   { prompt: "One", external_reference: "a" },
   *   { prompt: "Two", external_reference: "b" },
   * ]);
   * const { items } = await ai.batch.wait(model, requestId);
   * for (const item of items) console.log(item.externalReference, item.success ? item.result.text : item.error.code);
   * ```
   */
  submit<const Model extends OfferedModels["batch"] | (string & {})>(
    model: Model & ServedBy<"batch", Model>,
    requests: readonly BatchRequest<Model>[],
    options?: CallOptions,
  ): Promise<BatchTicket>;
  /** Looks once. */
  poll<const Model extends OfferedModels["batch"] | (string & {})>(
    model: Model & ServedBy<"batch", Model>,
    requestId: string,
    options?: CallOptions,
  ): Promise<BatchResult<BatchOutput<Model>>>;
  /**
   * Reads a message of a Queue that is subscribed to the events of Workers AI: the message, or its body. Where the batch has succeeded it looks
   * once, and the result is that of `poll`; the others are told as they are, and nothing is requested.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` with `field: "message"` where the message is about something else
   *
   * @example
   * ```ts
   * export default {
   *   async queue({ messages }, env) {
   *     const ai = new WorkersAI({ binding: env.AI });
   *     for (const message of messages) {
   *       const batch = await ai.batch.fromEvent(message);
   *       if (batch.status === "completed") for (const item of batch.items) console.log(item.result);
   *     }
   *   },
   * };
   * ```
   */
  fromEvent(message: BatchEvent | { readonly body: unknown }, options?: CallOptions): Promise<BatchOfEvent>;
  /** Looks, at once and then again and again, until the batch is completed. */
  wait<const Model extends OfferedModels["batch"] | (string & {})>(
    model: Model & ServedBy<"batch", Model>,
    requestId: string,
    options?: BatchWaitOptions,
  ): Promise<BatchResult<BatchOutput<Model>>>;
  /** The same as a loop over the answers. */
  results<const Model extends OfferedModels["batch"] | (string & {})>(
    model: Model & ServedBy<"batch", Model>,
    requestId: string,
    options?: BatchWaitOptions,
  ): BatchItems<BatchOutput<Model>>;
}

export interface WorkersAI {
  /** The batch queue. */
  readonly batch: Batch;
}
