/** A message of a realtime model: parsed if it is JSON, bytes if it is audio. */
export type RealtimeMessage<Model extends string = string> = Model extends "@cf/deepgram/flux"
  ? SpeechFluxOutput
  : Model extends "@cf/deepgram/nova-3"
    ? NovaMessage
    : Model extends `@cf/deepgram/aura-${string}`
      ? AuraMessage
      : any;

/** A transcript by Nova; times in seconds. */
export interface NovaMessage {
  channel?: { alternatives?: NonNullable<NonNullable<NovaResults["channels"]>[number]["alternatives"]> };
  /** True if it will not be revised. */
  is_final?: boolean;
  /** True if the speaker has paused. */
  speech_final?: boolean;
  start?: number;
  duration?: number;
  [field: string]: unknown;
}

/** Audio, or a message about it. */
export type AuraMessage =
  | Uint8Array<ArrayBuffer>
  | { type: "Metadata"; model_name?: string; model_version?: string; [field: string]: unknown }
  | { type: "Flushed"; [field: string]: unknown }
  | { type: "Cleared"; sequence_id?: number; [field: string]: unknown }
  | { type: "Warning"; description?: string; [field: string]: unknown };

/**
 * A connection to a realtime model. Iterating yields its messages until the connection ends; leaving the loop
 * closes it.
 */
export interface RealtimeConnection<Message = any> extends AsyncIterable<Message>, AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterableIterator<Message>;
  /**
   * Sends audio; a text, which a voice model speaks; or, as JSON, any other message that the model supports:
   * `{ type: "Clear" }`. Data is sent in the order of the calls. The promise resolves when there is room in
   * the send buffer: await it when sending much.
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
   * Requests pending output of the model: a voice's audio, or Nova's result so far.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` for a model without such a command
   */
  flush(): Promise<void>;
  /**
   * Signals the end of the input. The model sends its remaining output, then ends the connection, and with it
   * the loop.
   */
  end(): Promise<void>;
  /** Closes it at once. Received messages can still be read. */
  close(code?: number, reason?: string): void;
  /** Resolves when the connection has ended; with `1006` if the other side has sent no code. */
  readonly closed: Promise<{ code: number; reason: string }>;
  /** The metadata of the handshake. */
  readonly meta: Meta;
}

/** What {@link WorkersAI.connect} takes, for a model. */
export type ConnectParameters<Model extends string = string> = Model extends TaskModels["connect"]
  ? ModelMap[Model]["realtime"]
  : Record<string, string | number | boolean | undefined>;

export interface WorkersAI {
  /**
   * Opens a connection to a realtime model, over a WebSocket. The promise resolves when it is open.
   *
   * Parameters are those in the model's documentation; a list is sent as a repeated parameter. If the
   * connection breaks, the loop throws after the received messages. At most 64 MiB of unread messages are
   * queued. The option `timeout` applies to the opening (default: 30 seconds); `signal` ends the connection
   * at any time.
   *
   * A web page cannot send a token with a WebSocket: it connects through a proxy, or through a gateway, which
   * accepts the token as the name of a subprotocol. Node has a WebSocket since version 22.
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
