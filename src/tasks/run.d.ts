/** The options of `run`: those of every call, and those that `env.AI.run` knows. */
export interface RunOptions<
  Raw extends boolean = boolean,
  Socket extends boolean = boolean,
  Queue extends boolean = boolean,
> extends CallOptions {
  /** Give the `Response` as it came, failures included; nothing is thrown for a status. */
  returnRawResponse?: Raw;
  /** Put the input's `requests` into the batch queue. */
  queueRequest?: Queue;
  /** Open a WebSocket and give the `Response` that holds it. Through the binding only. */
  websocket?: Socket;
  /** Another name for `headers`, as the binding has it. */
  extraHeaders?: HeadersOption;
  /** The binding's prefix of the model id. */
  prefix?: string;
}

/**
 * What `run` takes for a model that this version does not know: the model's own inputs, or, over HTTP, the body of the request
 * itself.
 */
export type RunInput = Record<string, unknown> | BytesLike | FormData;

/** Asks for the state of a batch. */
export interface BatchPoll {
  /** The id that the batch was given. */
  request_id: string;
}

/** What the service says of a batch that it has just put into the queue. */
export interface QueuedBatch {
  /** Where it stands. */
  status: "queued" | (string & {});
  /** The id to ask for its answers with. */
  request_id: string;
  /** The model. */
  model?: string;
}

/** What the service says of a batch: where it stands, or all answers. */
export type BatchReply<Result = any> =
  | {
      status: "queued" | "running" | (string & {});
      request_id: string;
      model?: string;
      responses?: undefined;
    }
  | {
      responses: {
        /** The place of the request in the batch. */
        id: number;
        success: boolean;
        result?: Result;
        external_reference?: string | null;
        [field: string]: unknown;
      }[];
      usage?: Partial<ChatUsage>;
      status?: undefined;
    };

/** What `run` takes, for a model and its options. */
type RunInputFor<Model extends string, Socket, Queue> = Model extends KnownModelId
  ? Socket extends true
    ? ModelMap[Model]["realtime"]
    : Queue extends true
      ? ModelMap[Model]["batch"] | BatchPoll
      : ModelMap[Model]["input"] | ([ModelMap[Model]["batch"]] extends [never] ? never : BatchPoll)
  : RunInput;

/** Refuses inputs that a known model does not have: a misspelt one is found. */
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

/** What `run` gives, for a model, an input and its options. */
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

/** `true`, `false`, or `boolean` where only the run will tell. */
type Streams<Input> = Input extends { stream?: infer Stream }
  ? unknown extends Stream
    ? false
    : Stream extends true
      ? true
      : false
  : false;

export interface WorkersAI {
  /**
   * Runs a model and gives exactly what the service says, as `env.AI.run` does, through every door. JSON comes without its
   * envelope, anything else as a stream of bytes. With `stream: true` it gives an {@link AIStream} of the service's own chunk
   * objects, when the reply's headers are in; its `.toReadableStream()` is the service's own bytes.
   *
   * The input is the model's own, its parameters spelled as the service spells them; media may be given in any form. It is not
   * changed, and what you do to it afterwards has no effect.
   *
   * Input and result are typed by the model's id. A model that this version does not know takes any object and gives `any`; so
   * does a known one, if its id is just a `string`.
   *
   * @throws {WorkersAIError} `CAPACITY`, `RATE_LIMITED`, `DAILY_QUOTA`, `AUTH`, `MODEL_NOT_FOUND`, `INVALID_INPUT`,
   * `TIMEOUT`, `ABORTED`, `NETWORK`, or another {@link WorkersAIErrorCode}
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
