/** Why the model stopped. It is `"tool-calls"` whenever the answer ends with tool calls, whatever word the service uses. */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other";

/**
 * Token counts, with the same names for all models. The first three are always present: a count that the service
 * did not send is computed from the others (the total is their sum), and otherwise 0. A reply without any token
 * count has no usage.
 */
export interface Usage {
  /** Tokens of the input. */
  promptTokens: number;
  /** Tokens of the answer, reasoning included. */
  completionTokens: number;
  /** The sum of both. */
  totalTokens: number;
  /** Input tokens that were read from the prefix cache. */
  cachedTokens?: number;
  /** Answer tokens that were used for reasoning. */
  reasoningTokens?: number;
  /** Neurons billed. */
  neurons?: number;
}

/** A call of a tool, as the model requests it. */
export interface ToolCall {
  /** The service's id, or a generated, unique one. */
  id: string;
  /** The tool's name. */
  name: string;
  /** The parsed arguments; `{}` if the model sent none. */
  arguments: any;
  /**
   * Data that a model of another author requires back with this call, such as Gemini's thought signature. The
   * result's `message` contains it, and `runTools` sends it; if you write the history yourself, add it to the call as
   * `extra_content`.
   */
  extraContent?: Record<string, any>;
}

/** A piece of the answer's text. */
export interface TextStreamEvent {
  type: "text";
  text: string;
  /** The service's own chunk, parsed when it is first read. */
  readonly raw: any;
}

/** A piece of the reasoning before the answer, if the model shows it. */
export interface ReasoningStreamEvent {
  type: "reasoning";
  text: string;
  /** The service's own chunk, parsed when it is first read. */
  readonly raw: any;
}

/** A piece of a tool call. `id` and `name` are in one delta of the call, usually the first. */
export interface ToolCallDeltaStreamEvent {
  type: "tool-call-delta";
  /** Number of the call within the reply. */
  index: number;
  id?: string;
  name?: string;
  /** A piece of the arguments' JSON text; may be empty. */
  argumentsDelta: string;
  /** The service's own chunk, parsed when it is first read. */
  readonly raw: any;
}

/** A complete tool call. These events follow at the end of the reply. */
export interface ToolCallStreamEvent extends ToolCall {
  type: "tool-call";
  /** A call is assembled from many chunks and has no chunk of its own. */
  readonly raw: undefined;
}

/** The token counts of the reply: once, before the end, if the service sends them. */
export interface UsageStreamEvent {
  /** The kind of event. */
  type: "usage";
  /** The token counts. */
  usage: Usage;
  /** The usage object as the service sent it. */
  readonly raw: any;
}

/** The end of the reply: once, as the last event. */
export interface FinishStreamEvent {
  type: "finish";
  finishReason: FinishReason;
  /** The service's own word for it, such as `"end_turn"`; absent if it sent none. */
  rawFinishReason?: string;
  /** The end has no chunk of its own. */
  readonly raw: undefined;
}

/** An event of a text-generation stream, the same for all model dialects. */
export type StreamEvent =
  | TextStreamEvent
  | ReasoningStreamEvent
  | ToolCallDeltaStreamEvent
  | ToolCallStreamEvent
  | UsageStreamEvent
  | FinishStreamEvent;

/** The part of a broken reply that was received. Tool arguments that are not complete JSON are strings. */
export interface PartialResult {
  /** The text received. */
  text: string;
  /** The reasoning received. */
  reasoning?: string;
  /** The tool calls, as far as they were received. */
  toolCalls: { id?: string; name: string; arguments: any }[];
  /** Why the model stopped, if it was received. */
  finishReason?: FinishReason;
  /** The token counts, if they were received. */
  usage?: Usage;
}

/**
 * The result that a stream accumulates. `raw` is present only if the service answered with one JSON object instead of
 * a stream.
 */
export type StreamResult = Omit<TextResult, "raw"> & { raw?: any };

/**
 * A reply that is read while it arrives. It can be read once, in one of these ways: with a loop,
 * {@link AIStream.text}, {@link AIStream.final}, {@link AIStream.textStream}, {@link AIStream.batches},
 * {@link AIStream.toReadableStream} or {@link AIStream.toResponse}. Reading it a second time throws
 * `STREAM_CONSUMED`; {@link AIStream.final} after a loop returns the accumulated result. Leaving a loop cancels the
 * request.
 *
 * A stream that fails, or that ends before the answer is complete, throws a `WorkersAIError` whose `partial` has what
 * was received.
 *
 * @example
 * ```ts
 * const stream = await ai.streamText("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "Tell me a story.");
 * for await (const event of stream) {
 *   if (event.type === "text") process.stdout.write(event.text);
 * }
 * const { usage, finishReason } = await stream.final();
 * ```
 */
export interface AIStream<Item = StreamEvent> extends AsyncIterable<Item>, AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterableIterator<Item>;
  /** The pieces of text, as strings. */
  readonly textStream: AsyncIterable<string>;
  /** Metadata of the reply; its durations are set when the stream ends. */
  readonly meta: Meta;
  /** The whole text. This is the fastest way to read it, without an object per event. */
  text(): Promise<string>;
  /** The whole result. After a complete loop it is available at once; otherwise this reads the stream. */
  final(): Promise<StreamResult>;
  /** Arrays of items, one per network chunk. */
  batches(): AsyncGenerator<Item[], void, void>;
  /** Splits the stream into two. The request is cancelled when both have been left. */
  tee(): [AIStream<Item>, AIStream<Item>];
  /** The service's own bytes, as `text/event-stream`, to be passed on. */
  toReadableStream(): ReadableStream<Uint8Array>;
  /** A response with these bytes, for a browser. */
  toResponse(init?: ResponseInit): Response;
  /** Cancels the request. Pending reads reject with `ABORTED` and `reason` as its `cause`. */
  abort(reason?: unknown): void;
}

/** A server-sent event, as the WHATWG standard defines it. */
export interface ServerSentEvent {
  /** Its type; `"message"` by default. */
  event: string;
  /** Its data; several lines are joined by line feeds. */
  data: string;
  /** The last event id received so far; `""` before the first one. */
  id: string;
  /** The reconnection time that this event sets, in milliseconds. */
  retry?: number;
}

/** The options of {@link events}. */
export interface EventsOptions {
  /** Limit of an event in bytes. Default: 16 MiB. A larger one throws `TOO_LARGE`. */
  maxEventBytes?: number;
  /** Ends the loop with `ABORTED`. */
  signal?: AbortSignal | null;
}

/**
 * Reads any `text/event-stream`: a `Response` or a stream of bytes. Leaving the loop cancels it. An unterminated last
 * event is dropped, as the standard requires.
 *
 * @throws {WorkersAIError} `INVALID_INPUT`, `STREAM_CONSUMED`, `TOO_LARGE`, `NETWORK`, `ABORTED`
 *
 * @example
 * ```ts
 * for await (const { event, data } of events(await fetch("https://example.com/updates"))) {
 *   console.log(event, data);
 * }
 * ```
 */
export function events(
  readable: ReadableStream<Uint8Array> | { readonly body: ReadableStream<Uint8Array> | null },
  options?: EventsOptions,
): AsyncIterableIterator<ServerSentEvent>;
