/** The options of `run`: those of every call, and those that `env.AI.run` knows. */
export interface RunOptions extends CallOptions {
  /** Give the `Response` as it came, failures included; nothing is thrown for a status. */
  returnRawResponse?: boolean;
  /** Put the input's `requests` into the batch queue. */
  queueRequest?: boolean;
  /** Open a WebSocket and give the `Response` that holds it. Through the binding only. */
  websocket?: boolean;
  /** Another name for `headers`, as the binding has it. */
  extraHeaders?: HeadersOption;
  /** The binding's prefix of the model id. */
  prefix?: string;
}

/** Bytes, in any of their forms. */
export type BytesLike = Uint8Array | ArrayBuffer | ArrayBufferView | Blob | ReadableStream<Uint8Array>;

/** An input that is sent as a body of its own, with its type. */
export interface RawInput {
  body: BytesLike | FormData;
  contentType?: string;
}

/**
 * What `run` takes: the model's own inputs, or, over HTTP, the body of the request itself. Parameters keep the names that
 * the service gives them, and unknown ones pass through.
 */
export type RunInput = Record<string, unknown> | BytesLike | FormData;

export interface WorkersAI {
  /**
   * Runs a model and gives exactly what the service says, as `env.AI.run` does, through every door. JSON comes without
   * its envelope, anything else as a stream of bytes. The input is not changed, and what you do to it afterwards has no
   * effect.
   *
   * @throws {WorkersAIError} `CAPACITY`, `RATE_LIMITED`, `DAILY_QUOTA`, `AUTH`, `MODEL_NOT_FOUND`, `INVALID_INPUT`,
   * `TIMEOUT`, `ABORTED`, `NETWORK`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { data } = await ai.run("@cf/baai/bge-m3", { text: ["one", "two"] });
   * ```
   */
  run(model: ModelId, input: RunInput, options: RunOptions & { returnRawResponse: true }): Promise<Response>;
  run(model: ModelId, input: RunInput, options: RunOptions & { websocket: true }): Promise<Response>;
  /**
   * Runs a model and streams what it says: the items are the service's own chunk objects, and `.toReadableStream()` is
   * the service's own bytes. The promise is settled when the reply's headers are in.
   *
   * @example
   * ```ts
   * const stream = await ai.run("@cf/meta/llama-3.1-8b-instruct", { prompt: "Hello", stream: true });
   * for await (const chunk of stream) console.log(chunk);
   * ```
   */
  run<Chunk = any>(
    model: ModelId,
    input: Record<string, unknown> & { stream: true },
    options?: RunOptions,
  ): Promise<AIStream<Chunk>>;
  run<Result = any>(model: ModelId, input: RunInput, options?: RunOptions): Promise<Result>;
}
