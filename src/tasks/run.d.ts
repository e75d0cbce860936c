/** The options of `run`: those of every call, and those of `env.AI.run`. */
export interface RunOptions<
  Raw extends boolean = boolean,
  Socket extends boolean = boolean,
  Queue extends boolean = boolean,
> extends CallOptions {
  /** Return the `Response` unchanged, including failures; no error is thrown for a status. */
  returnRawResponse?: Raw;
  /** Submit the input's `requests` to the batch queue. */
  queueRequest?: Queue;
  /** Open a WebSocket and return the `Response` that contains it. Through the binding only. */
  websocket?: Socket;
  /** The binding's name of `headers`. */
  extraHeaders?: HeadersOption;
  /** The binding's prefix of the model id. */
  prefix?: string;
}

/**
 * The input of `run` for a model that this version does not know: the model's own inputs, or, over HTTP, the
 * body of the request itself.
 */
export type RunInput = Record<string, unknown> | BytesLike | FormData;

/** Polls a batch. */
export interface BatchPoll {
  /** The id of the batch. */
  request_id: string;
}

/** The service's response to the submission of a batch. */
export interface QueuedBatch {
  /** The state. */
  status: "queued" | (string & {});
  /** The id to poll for its answers with. */
  request_id: string;
  /** The model. */
  model?: string;
}

/** The service's response to a poll: the state of the batch, or all answers. */
export type BatchReply<Result = any> =
  | {
      status: "queued" | "running" | (string & {});
      request_id: string;
      model?: string;
      responses?: undefined;
    }
  | {
      responses: {
        /** The index of the request in the batch. */
        id: number;
        success: boolean;
        result?: Result;
        external_reference?: string | null;
        [field: string]: unknown;
      }[];
      usage?: Partial<ChatUsage>;
      status?: undefined;
    };

/** The input of `run`, for a model and its options. */
type RunInputFor<Model extends string, Socket, Queue> = Model extends KnownModelId
  ? Socket extends true
    ? ModelMap[Model]["realtime"]
    : Queue extends true
      ? ModelMap[Model]["batch"] | BatchPoll
      : ModelMap[Model]["input"] | ([ModelMap[Model]["batch"]] extends [never] ? never : BatchPoll)
  : RunInput;

/** Rejects members that a known model does not have, in order to detect misspelt ones. */
type OnlyKnown<Model extends string, Input, Allowed> = Model extends KnownModelId
  ? Input extends BytesLike | FormData
    ? unknown
    : {
        [Name in Exclude<keyof Input & string, KeyOfAny<Allowed>>]?: {
          readonly [Why in `${Name} is no input of ${Model}`]: never;
        };
      }
  : unknown;

type KeyOfAny<Union> = Union extends BytesLike | FormData
  ? never
  : Union extends unknown
    ? keyof Union
    : never;

/** The result of `run`, for a model, an input and its options. */
type RunResult<Model extends string, Input, Raw, Socket, Queue> = Raw extends true
  ? Response
  : Socket extends true
    ? Response
    : Queue extends true
      ? Input extends BatchPoll
        ? BatchReply<ModelOutput<Model>>
        : QueuedBatch
      : Input extends BatchPoll
        ? BatchReply<ModelOutput<Model>>
        : Streams<Input> extends infer Stream
          ? Stream extends true
            ? AIStream<ModelChunk<Model>>
            : ModelOutput<Model, Input>
          : never;

/** `true`, `false`, or `boolean` if it is only known at run time. */
type Streams<Input> = Input extends { stream?: infer Stream }
  ? unknown extends Stream
    ? false
    : Stream extends true
      ? true
      : false
  : false;

export interface WorkersAI {
  /**
   * Runs a model and returns the service's result unchanged, as `env.AI.run` does, through any door: JSON
   * without its envelope, anything else as a stream of bytes. With `stream: true` it returns an
   * {@link AIStream} of the service's own chunk objects, when the reply's headers have been received; its
   * `.toReadableStream()` yields the service's own bytes.
   *
   * The input is the model's own, with the service's parameter names; media may be in any form. It is not
   * modified, and later changes to it have no effect.
   *
   * Input and result are typed by the model's id. A model that this version does not know accepts any object
   * and returns `any`; so does a known one, if its id is just a `string`.
   *
   * @throws {WorkersAIError} `CAPACITY`, `RATE_LIMITED`, `DAILY_QUOTA`, `AUTH`, `MODEL_NOT_FOUND`,
   *   `INVALID_INPUT`, `TIMEOUT`, `ABORTED`, `NETWORK`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { data } = await ai.run("@cf/baai/bge-m3", { text: ["one", "two"] });
   * ```
   * @example Streaming
   * ```ts
   * const stream = await ai.run("@cf/meta/llama-3.3-70b-instruct-fp8-fast", { prompt: "Hello", stream: true });
   * for await (const chunk of stream) console.log(chunk.response);
   * ```
   */
  run<
    const Model extends ModelId,
    Input extends RunInputFor<Model, Socket, Queue>,
    Raw extends boolean = false,
    Socket extends boolean = false,
    Queue extends boolean = false,
  >(
    model: Model,
    input: Input & OnlyKnown<Model, Input, RunInputFor<Model, Socket, Queue>>,
    options?: RunOptions<Raw, Socket, Queue>,
  ): Promise<RunResult<Model, Input, Raw, Socket, Queue>>;
}
