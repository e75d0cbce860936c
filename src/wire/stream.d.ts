/** Why a model stopped. `"tool-calls"` whenever it stopped for the sake of tool calls, whatever word the service used. */
export type FinishReason = "stop" | "length" | "tool-calls" | "content-filter" | "other";

/**
 * Token counts under one set of names. The first three are always there: one that the service did not send follows from the others (the total is
 * their sum), and is 0 where nothing says otherwise. A reply that counts no tokens has no usage at all.
 */
export interface Usage {
  /** Tokens of the input. */
  promptTokens: number;
  /** Tokens of the answer, reasoning included. */
  completionTokens: number;
  /** Both together. */
  totalTokens: number;
  /** Input tokens that came from the prefix cache. */
  cachedTokens?: number;
  /** Answer tokens that were spent on reasoning. */
  reasoningTokens?: number;
  /** Neurons billed. */
  neurons?: number;
}

/** A tool that the model wants to be called. */
export interface ToolCall {
  /** The service's id, or a made-up, unique one. */
  id: string;
  /** The tool's name. */
  name: string;
  /** The arguments, parsed; `{}` where the model gave none. */
  arguments: any;
  /**
   * What a model of another author wants to have back with this call, such as Gemini's signature of a thought. The result's `message` and
   * `runTools` give it back; who writes the history by hand puts it there as `extra_content`.
   */
  extraContent?: Record<string, any>;
}

/** More of the answer. */
export interface TextStreamEvent {
  type: "text";
  text: string;
  /** The service's own chunk, parsed when asked for. */
  readonly raw: any;
}

/** More of the thinking before the answer, where the model shows it. */
export interface ReasoningStreamEvent {
  type: "reasoning";
  text: string;
  /** The service's own chunk, parsed when asked for. */
  readonly raw: any;
}

/** More of a tool call. `id` and `name` come once, in whichever delta the service sends them. */
export interface ToolCallDeltaStreamEvent {
  type: "tool-call-delta";
  /** Which call of the reply. */
  index: number;
  id?: string;
  name?: string;
  /** More of the arguments' JSON text; may be empty. */
  argumentsDelta: string;
  /** The service's own chunk, parsed when asked for. */
  readonly raw: any;
}

/** A complete tool call; all of them come when the reply is over. */
export interface ToolCallStreamEvent extends ToolCall {
  type: "tool-call";
  /** A call is put together from many chunks: it has none of its own. */
  readonly raw: undefined;
}

/** What the reply cost: once, before the end, if the service says it at all. */
export interface UsageStreamEvent {
  /** The kind of event. */
  type: "usage";
  /** What the reply cost. */
  usage: Usage;
  /** The usage object as the service sent it. */
  readonly raw: any;
}

/** The end of the reply: once, last. */
export interface FinishStreamEvent {
  type: "finish";
  finishReason: FinishReason;
  /** The service's own word for it, such as `"end_turn"`; absent where it said none. */
  rawFinishReason?: string;
  /** The end is no chunk. */
  readonly raw: undefined;
}

/** What a text-generation stream says, whatever dialect the model speaks. */
export type StreamEvent =
  | TextStreamEvent
  | ReasoningStreamEvent
  | ToolCallDeltaStreamEvent
  | ToolCallStreamEvent
  | UsageStreamEvent
  | FinishStreamEvent;

/** What a broken reply had brought before it broke; tool arguments that are no whole JSON are text. */
export interface PartialResult {
  /** The text that had come. */
  text: string;
  /** The thinking that had come. */
  reasoning?: string;
  /** The tool calls, as far as they had come. */
  toolCalls: { id?: string; name: string; arguments: any }[];
  /** Why it stopped, if that had come. */
  finishReason?: FinishReason;
  /** What it cost, if that had come. */
  usage?: Usage;
}

/** What a stream adds up to. `raw` is there only where the service answered with one JSON object instead of a stream. */
export type StreamResult = Omit<TextResult, "raw"> & { raw?: any };

/**
 * A reply as it comes in. It can be read once, in one of these ways: the loop, {@link AIStream.text}, {@link AIStream.final},
 * {@link AIStream.textStream}, {@link AIStream.batches}, {@link AIStream.toReadableStream} or {@link AIStream.toResponse}; a second
 * reading throws `STREAM_CONSUMED`. Leaving a loop cancels the request.
 *
 * A stream that fails, or that ends before the answer does, throws a `WorkersAIError` with `partial`: what had come.
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
  /** The pieces of text alone. */
  readonly textStream: AsyncIterable<string>;
  /** How the reply came about; the times are there when it is over. */
  readonly meta: Meta;
  /** The whole text. The fastest way to get it: no object is made per event. */
  text(): Promise<string>;
  /** The whole result. After a loop that went to the end it is at hand; before any reading it reads. */
  final(): Promise<StreamResult>;
  /** Arrays of items, one per network chunk. */
  batches(): AsyncGenerator<Item[], void, void>;
  /** Two streams of the same reply. The request is cancelled when both have been left. */
  tee(): [AIStream<Item>, AIStream<Item>];
  /** The service's own bytes, `text/event-stream`, for passing on. */
  toReadableStream(): ReadableStream<Uint8Array>;
  /** Those bytes as a response to a browser. */
  toResponse(init?: ResponseInit): Response;
  /** Cancels the request. Whoever reads gets an `ABORTED` error with `reason` as its `cause`. */
  abort(reason?: unknown): void;
}

/** One server-sent event, after the WHATWG standard. */
export interface ServerSentEvent {
  /** Its type; `"message"` where it names none. */
  event: string;
  /** Its data; several lines are joined by line feeds. */
  data: string;
  /** The last event id so far; `""` before there is one. */
  id: string;
  /** The reconnection time that this event asks for, in milliseconds. */
  retry?: number;
}

/** The options of {@link events}. */
export interface EventsOptions {
  /** The largest event, in bytes. Default: 16 MiB. A larger one throws `TOO_LARGE`. */
  maxEventBytes?: number;
  /** Ends the reading with `ABORTED`. */
  signal?: AbortSignal | null;
}

/**
 * Reads any `text/event-stream`: a `Response` or a stream of bytes. Leaving the loop cancels it. An unterminated last event is
 * dropped, as the standard says.
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
