/** What a realtime model says: parsed where it is JSON, bytes where it is sound. */
export type RealtimeMessage<Model extends string = string> = Model extends "@cf/deepgram/flux"
  ? SpeechFluxOutput
  : Model extends "@cf/deepgram/nova-3"
    ? NovaMessage
    : Model extends `@cf/deepgram/aura-${string}`
      ? AuraMessage
      : any;

/** What Nova has heard; times in seconds. */
export interface NovaMessage {
  channel?: { alternatives?: NonNullable<NonNullable<NovaResults["channels"]>[number]["alternatives"]> };
  /** Is this the last word on it? */
  is_final?: boolean;
  /** Has the speaker stopped? */
  speech_final?: boolean;
  start?: number;
  duration?: number;
  [field: string]: unknown;
}

/** Sound, or a word about it. */
export type AuraMessage =
  | Uint8Array<ArrayBuffer>
  | { type: "Metadata"; model_name?: string; model_version?: string; [field: string]: unknown }
  | { type: "Flushed"; [field: string]: unknown }
  | { type: "Cleared"; sequence_id?: number; [field: string]: unknown }
  | { type: "Warning"; description?: string; [field: string]: unknown };

/**
 * A connection to a realtime model. The loop gives its messages, and ends when the connection does; leaving it closes the
 * connection.
 */
export interface RealtimeConnection<Message = any> extends AsyncIterable<Message>, AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterableIterator<Message>;
  /**
   * Sends sound; a text, which is what a voice is to say; or, as JSON, any other message that the model understands:
   * `{ type: "Clear" }`. Everything goes out in the order of the calls. The promise is settled when there is room for more: await it
   * where much is sent.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`; `NETWORK` if the connection is closed
   */
  send(
    data:
      | Uint8Array
      | ArrayBuffer
      | ArrayBufferView
      | Blob
      | ReadableStream<Uint8Array>
      | Response
      | string
      | JsonObject,
  ): Promise<void>;
  /**
   * Asks for what the model holds back: a voice's sound, or Nova's result so far.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` for a model that holds nothing back
   */
  flush(): Promise<void>;
  /** Says that no more comes. The model gives what is left, then ends the connection, and with it the loop. */
  end(): Promise<void>;
  /** Closes it at once. What has come and was not read yet can still be read. */
  close(code?: number, reason?: string): void;
  /** Settled when it is over; `1006` where the other side has not said a code. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** How it came about. */
  readonly meta: Meta;
}

/** What {@link WorkersAI.connect} takes, for a model. */
export type ConnectParameters<Model extends string = string> = Model extends TaskModels["connect"]
  ? ModelMap[Model]["realtime"]
  : Record<string, string | number | boolean | undefined>;

export interface WorkersAI {
  /**
   * Opens a connection to a realtime model, over a WebSocket. The promise is settled when it is open.
   *
   * Parameters are those of the model's page; a list is sent as one parameter several times. A connection that breaks throws in the
   * loop, after what has come before. At most 64 MiB of messages wait to be read. The option `timeout` is for the opening (30 seconds
   * unless it is given); `signal` ends the connection at any time.
   *
   * A web page cannot send a token along with a WebSocket: it connects through a proxy, or through a gateway, which takes the token in
   * the name of a subprotocol. Node has a WebSocket from version 22 on.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `CONFIG`, `NETWORK`, `TIMEOUT`, `ABORTED`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const connection = await ai.connect("@cf/deepgram/flux", { encoding: "linear16", sample_rate: "16000" });
   * connection.send(sound);
   * for await (const { event, transcript } of connection) {
   *   if (event === "EndOfTurn") console.log(transcript);
   * }
   * ```
   */
  connect<const Model extends OfferedModels["connect"] | (string & {})>(
    model: Model & ServedBy<"connect", Model>,
    parameters: ConnectParameters<Model>,
    options?: CallOptions,
  ): Promise<RealtimeConnection<RealtimeMessage<Model>>>;
}
