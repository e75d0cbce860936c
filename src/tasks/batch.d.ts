/**
 * One request of a batch to a model: the input of `run`, and an optional id of your own that is returned with
 * the answer.
 */
export type BatchRequest<Model extends string = string> = Model extends TaskModels["batch"]
  ? ModelMap[Model]["batch"] extends { requests: readonly (infer Request)[] }
    ? Request
    : never
  : Record<string, unknown> & { external_reference?: string };

/** The state of a batch. */
export type BatchState = "queued" | "running" | "completed";

/** A submitted batch. */
export interface BatchTicket {
  /** The id for all later calls, from any process. */
  requestId: string;
  /** The state of the batch. */
  status: BatchState;
  /** The metadata of the request. */
  meta: Meta;
}

/** The answer to one request of a batch. */
export type BatchItem<Result = any> =
  | {
      /** The index of the request. */
      index: number;
      success: true;
      /** The result of the method for the model, without `meta`. */
      result: Result;
      error?: undefined;
      externalReference?: string;
    }
  | {
      index: number;
      success: false;
      result?: undefined;
      /** The failure of this request. */
      error: WorkersAIError;
      externalReference?: string;
    };

/**
 * The answer to one request: the result of the method for the model, without `meta`; for other models the raw
 * response.
 */
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

/** A batch: its state and, when it is completed, its answers in the order of the requests. */
export interface BatchResult<Result = any> {
  /** The state of the batch. */
  status: BatchState;
  /** The id of the batch. */
  requestId: string;
  /** Empty until the batch is completed. */
  items: BatchItem<Result>[];
  /** The usage of all requests, if the service reports it. */
  usage?: Usage;
  /** The metadata of the last request. */
  meta: Meta;
}

/**
 * The options of `batch.wait` and `batch.results`. Their `timeout`, or its `total`, is for the whole wait,
 * and there is none by default; the batch continues after it. Its `firstByte` and `idle` apply to each
 * request.
 */
export interface BatchWaitOptions extends CallOptions {
  /** The interval between two polls, in milliseconds. Default: it grows from one to 15 seconds. */
  intervalMs?: number;
  /** Called after each poll. */
  onProgress?(progress: { status: BatchState; attempt: number }): unknown;
}

/** The answers of a batch: async iterable, or, awaited, an array. */
export interface BatchItems<Result = any>
  extends AsyncIterable<BatchItem<Result>>,
    PromiseLike<BatchItem<Result>[]> {}

/** A message of a Queue about a batch. */
export interface BatchEvent {
  /** `cf.workersAi.model.batch.queued`, `.succeeded` or `.failed`. */
  type: string;
  /** The model of the batch. */
  source: { modelName: string };
  /** The batch. */
  payload: { requestId: string };
}

/** The state in a message, and the answers of a batch that has succeeded. */
export type BatchOfEvent<Result = any> =
  | { model: string; requestId: string; status: "queued" | "failed"; items?: undefined }
  | (BatchResult<Result> & { model: string });

/** The batch queue: many requests at once, answered within minutes. At most 10 MB together. */
export interface Batch {
  /**
   * Submits requests to the queue.
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
  /** Polls once. */
  poll<const Model extends OfferedModels["batch"] | (string & {})>(
    model: Model & ServedBy<"batch", Model>,
    requestId: string,
    options?: CallOptions,
  ): Promise<BatchResult<BatchOutput<Model>>>;
  /**
   * Parses a message of a Queue that is subscribed to the events of Workers AI: the message, or its body. If
   * the batch has succeeded it is polled once, and the result is that of `poll`; other states are returned
   * without a request.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` with `field: "message"` if the message is about something else
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
  /** Polls, at once and then at intervals, until the batch is completed. */
  wait<const Model extends OfferedModels["batch"] | (string & {})>(
    model: Model & ServedBy<"batch", Model>,
    requestId: string,
    options?: BatchWaitOptions,
  ): Promise<BatchResult<BatchOutput<Model>>>;
  /** The same as an async iterable of the answers. */
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
