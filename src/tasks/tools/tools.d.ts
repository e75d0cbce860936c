/** The arguments of a tool with a schema; `any` without one. */
type ToolArguments<Schema> = unknown extends Schema ? any : ObjectOf<Schema>;

/** The second argument of a handler. */
export interface ToolContext {
  /** Aborted when the run is ended early: pass it on to asynchronous work of the tool. */
  signal: AbortSignal;
  /** The AI SDK's name for it. */
  abortSignal: AbortSignal;
  /** The id of the call, unique in the conversation. */
  toolCallId: string;
  /** The conversation up to the message with the call. */
  messages: Message[];
}

/** A tool: its declaration for the model, and its handler. Created by {@link tool}. */
export interface ToolDefinition<Schema = any, Output = any> {
  /** What it does, and when to call it, for the model's decision. Default: the tool's name. */
  description?: string | undefined;
  /**
   * The schema of its arguments, which are an object: a JSON Schema, or a schema of Zod, Valibot, ArkType or
   * another Standard Schema.
   */
  input?: Schema | undefined;
  /** A JSON Schema for an `input` whose library cannot generate one. */
  jsonSchema?: JsonObject | undefined;
  /**
   * Called for each tool call, with arguments validated by `input`. Its result is returned to the model: a
   * string unchanged, an array of `text` and `image_url` parts as parts, media as an image, anything else as
   * JSON; of an async generator the last value. The message of an exception is returned to the model too. A
   * tool without it ends the run, and the caller adds its result.
   */
  execute?: ((input: ToolArguments<Schema>, context: ToolContext) => Output) | undefined;
  /** `true`: every call requires approval, and a run without `approve` is rejected; `false`: none does. */
  approve?: boolean | undefined;
}

/**
 * A tool of another library with the same members under other names: of the AI SDK, or of an MCP client for
 * it.
 */
export interface ForeignTool {
  description?: string | undefined;
  /** The schema of its arguments. */
  inputSchema: unknown;
  /** Called for each tool call. */
  execute?: ((...args: any[]) => any) | undefined;
  /** True if its calls require approval. A function counts as true. */
  needsApproval?: unknown;
}

/** Tools by their names. */
export type ToolSet = { readonly [name: string]: ToolDefinition | ForeignTool };

/** The arguments of a tool. */
export type ToolInput<Tool> = Tool extends { execute?: infer Execute }
  ? NonNullable<Execute> extends (input: infer Input, ...rest: any[]) => any
    ? Input
    : Tool extends { input?: infer Schema }
      ? ToolArguments<Schema>
      : any
  : Tool extends { input?: infer Schema }
    ? ToolArguments<Schema>
    : any;

/** The result of a tool. */
export type ToolOutput<Tool> = Tool extends { execute?: infer Execute }
  ? NonNullable<Execute> extends (...args: any[]) => infer Output
    ? Awaited<Output> extends AsyncIterable<infer Item>
      ? Item
      : Awaited<Output>
    : undefined
  : undefined;

/** The common fields of all tool calls. */
interface ToolCallFacts {
  /** The model's id, made unique in the conversation. */
  id: string;
  /** Repairs of nearly valid JSON, without a loss. */
  repaired?: (
    | "fence"
    | "control-token"
    | "trailing-comma"
    | "control-character"
    | "duplicate"
    | "double-encoded"
  )[];
  /** True if the model wrote the call into its text, and its server did not recognise it. */
  fromText?: boolean;
}

/** A call with valid arguments. */
export type ValidToolCall<Tools extends ToolSet> = {
  [Name in keyof Tools & string]: ToolCallFacts & {
    /** The tool. */
    name: Name;
    /** Its arguments, converted by the tool's schema. */
    arguments: ToolInput<Tools[Name]>;
    invalid?: undefined;
  };
}[keyof Tools & string];

/** An invalid call: of a tool that does not exist, or with invalid arguments. The tool was not run. */
export interface InvalidToolCall extends ToolCallFacts {
  /** The name in the call. */
  name: string;
  /** The arguments, as far as they could be parsed. */
  arguments: unknown;
  /** The error that was returned to the model. */
  invalid: string;
}

/** A tool call in a run. */
export type RunToolCall<Tools extends ToolSet = ToolSet> = ValidToolCall<Tools> | InvalidToolCall;

/** The result of a call: the tool's output, or the error. */
export type RunToolResult<Tools extends ToolSet = ToolSet> =
  | {
      [Name in keyof Tools & string]: {
        /** The id of the call. */
        id: string;
        /** The tool. */
        name: Name;
        /** Its output. */
        output: ToolOutput<Tools[Name]>;
        error?: undefined;
        /** The content that was returned to the model. */
        content: string | ContentPart[];
        /** Duration in milliseconds. */
        durationMs: number;
      };
    }[keyof Tools & string]
  | {
      /** The id of the call. */
      id: string;
      /** The name in the call. */
      name: string;
      output?: undefined;
      /** The tool's exception; an `Error` with the message for the model if it was not run. */
      error: NonNullable<unknown> | null;
      /** The content that was returned to the model. */
      content: string | ContentPart[];
      /** Duration in milliseconds; absent if it was not run. */
      durationMs?: number;
    };

/** One answer of the model in a run, and the results of its calls. */
export interface ToolStep<Tools extends ToolSet = ToolSet> {
  /** From 0. */
  index: number;
  /** The text; `""` if there is none. */
  text: string;
  /** The reasoning before it, if the model sends it. */
  reasoning?: string;
  /** The calls, in the model's order. */
  toolCalls: RunToolCall<Tools>[];
  /** Their results, in the same order; none for calls that are left to the caller. */
  toolResults: RunToolResult<Tools>[];
  /** The reason why the model stopped. */
  finishReason: FinishReason;
  /**
   * If `toolChoice` was set: how it was sent, since not every model supports all choices, and whether the
   * model followed it.
   */
  toolChoice?: { requested: string; sent: string; followed: boolean };
  /** The model's message in the history. */
  message: AssistantMessage;
  /** The usage, if the service reports it. */
  usage?: Usage;
  /** The raw response of the service; absent if it was streamed. */
  raw?: any;
  /** The metadata of the request. */
  meta: Meta;
  /** From the request to the last result, in milliseconds. */
  durationMs: number;
}

/** The result of a run. */
export interface ToolRun<Tools extends ToolSet = ToolSet> {
  /** The last text of the model. */
  text: string;
  /** The reasoning before it, if the model sends it. */
  reasoning?: string;
  /** The finish reason of the last answer. */
  finishReason: FinishReason;
  /**
   * The reason for the end of the run: the model has answered without calls (`"answer"`), `maxSteps` is
   * reached, some calls are left to the caller (`"pending"`), or `onStep` has stopped it.
   */
  endedBy: "answer" | "max-steps" | "pending" | "stopped";
  /** Every answer and the results of its calls. */
  steps: ToolStep<Tools>[];
  /** The whole conversation, to continue from. */
  messages: Message[];
  /** Calls of tools without `execute`: add their results to `messages`, see {@link toolResult}. */
  pending?: RunToolCall<Tools>[];
  /** Messages that were dropped, the oldest first; see `onOverflow`. */
  dropped?: Message[];
  /** The usage of all requests, including cached tokens and neurons. */
  usage?: Usage;
  /** The metadata of the last request; attempts, neurons and the time are totals. */
  meta: Meta;
}

/** The input of `runTools`, besides the model's parameters. */
export interface RunToolsOptions<Tools extends ToolSet> {
  /** The tools, by their names for the model. */
  tools: Tools;
  /** Limit of the model requests. Default: 8. */
  maxSteps?: number | undefined;
  /**
   * The tool choice for the first step; in later steps the model decides, since it would otherwise call tools
   * without end. Default: `"auto"`. How it was sent, and whether the model followed it, is in
   * `steps[0].toolChoice`.
   */
  toolChoice?: "auto" | "none" | "required" | { readonly name: keyof Tools & string } | undefined;
  /**
   * Run the calls of one answer concurrently, at most 8 or this many at a time; or, with `false`, one after
   * the other. Default: `true`.
   */
  parallel?: boolean | number | undefined;
  /** Called after each step, and awaited. `"stop"` ends the run. */
  onStep?: ((step: ToolStep<Tools>) => unknown) | undefined;
  /**
   * Decides on each call before it is run, one after the other: `true` runs it; `false`, or a string with the
   * reason, rejects it, which is reported to the model. Not called for tools with `approve: false`.
   */
  approve?:
    | ((
        call: ValidToolCall<Tools>,
        context: { signal: AbortSignal },
      ) => boolean | string | PromiseLike<boolean | string>)
    | undefined;
  /**
   * The handling of a conversation that is too long for the model: the run fails with `CONTEXT_EXCEEDED`, or
   * the oldest whole turns are dropped (`dropped` in the result) and the request is repeated. Default:
   * `"error"`.
   */
  onOverflow?: "error" | "trim" | undefined;
}

/** The input of `runTools` for a model: tools, `prompt` or `messages`, and the model's own parameters. */
export type RunToolsInput<Model extends string, Tools extends ToolSet> = ParametersOf<
  Model,
  TextParameters
> & {
  /** The form of the answer: JSON, or JSON that matches a schema, which may be wrapped or bare. */
  response_format?: ChatResponseFormat | JsonMode | JsonObject | undefined;
} & RunToolsOptions<Tools> &
  ({ prompt: string; messages?: undefined } | { messages: readonly Message[]; prompt?: undefined });

/** A tool has returned its result, or has failed. */
export type ToolResultStreamEvent<Tools extends ToolSet = ToolSet> = RunToolResult<Tools> & {
  type: "tool-result";
};

/** A step is complete, including the results of its calls. */
export interface StepFinishStreamEvent<Tools extends ToolSet = ToolSet> {
  type: "step-finish";
  /** The step. */
  step: ToolStep<Tools>;
}

/**
 * The events of a run: the events of every answer, results of tools when they are available, the end of each
 * step; and once, at the end, the usage of all requests and the finish reason of the last one.
 */
export type ToolStreamEvent<Tools extends ToolSet = ToolSet> =
  | TextStreamEvent
  | ReasoningStreamEvent
  | ToolCallDeltaStreamEvent
  | (RunToolCall<Tools> & { type: "tool-call" })
  | ToolResultStreamEvent<Tools>
  | StepFinishStreamEvent<Tools>
  | UsageStreamEvent
  | FinishStreamEvent;

/**
 * The stream of a run. It can be read once: by iteration, {@link ToolStream.textStream},
 * {@link ToolStream.toReadableStream} or {@link ToolStream.toResponse}; {@link ToolStream.final} reads it
 * otherwise. Leaving a loop ends the run.
 */
export interface ToolStream<Tools extends ToolSet = ToolSet>
  extends AsyncIterable<ToolStreamEvent<Tools>>,
    AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterableIterator<ToolStreamEvent<Tools>>;
  /** The text of all steps, as strings. */
  readonly textStream: AsyncIterable<string>;
  /** The metadata of the latest request. */
  readonly meta: Meta;
  /** The last text of the model. */
  text(): Promise<string>;
  /** The complete result. */
  final(): Promise<ToolRun<Tools>>;
  /** The events as `text/event-stream`, each as JSON text in `data`, with `[DONE]` at the end. */
  toReadableStream(): ReadableStream<Uint8Array>;
  /** The same as a response for a browser, which can read it with `events`. */
  toResponse(init?: ResponseInit): Response;
  /** Ends the run. Readers fail with an `ABORTED` error with `reason` as its `cause`. */
  abort(reason?: unknown): void;
}

export interface WorkersAI {
  /**
   * Runs a language model that may call your functions: its calls are run, and their results returned to it,
   * until it answers without calls. Arguments are validated by the tool's schema before the tool is run; the
   * errors of invalid ones, and exceptions of tools, are returned to the model.
   *
   * If a run fails, the error's `partial` has the completed `steps`, the `messages` to continue from, and the
   * `usage`. An answered request is never repeated. The options apply to each request, except for `signal`
   * and `timeout`'s total, which apply to the whole run; without `sessionAffinity` the requests of one
   * conversation share a session, identified by the beginning of the conversation.
   *
   * @param input `tools`, `prompt` or `messages`, and the model's parameters
   * @throws {WorkersAIError} as {@link WorkersAI.generateText}; `INVALID_INPUT` for invalid tools; `ABORTED`,
   *   `TIMEOUT`
   *
   * @example
   * ```ts
   * import { tool, WorkersAI } from "workers-ai-wasm";
   * import { z } from "zod";
   *
   * const ai = new WorkersAI();
   * const { text, steps } = await ai.runTools("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
   *   prompt: "Do I need an umbrella in Paris?",
   *   tools: {
   *     weather: tool({
   *       description: "The weather of a city",
   *       input: z.object({ city: z.string() }),
   *       execute: async ({ city }) => (await fetch(`https://weather.example/${city}`)).json(),
   *     }),
   *   },
   * });
   * ```
   */
  runTools<const Model extends OfferedModels["generateText"] | (string & {}), const Tools extends ToolSet>(
    model: Model & ServedBy<"generateText", Model>,
    input: RunToolsInput<Model, Tools> & { stream: true },
    options?: CallOptions,
  ): Promise<ToolStream<Tools>>;
  runTools<const Model extends OfferedModels["generateText"] | (string & {}), const Tools extends ToolSet>(
    model: Model & ServedBy<"generateText", Model>,
    input: RunToolsInput<Model, Tools> & { stream?: false | undefined },
    options?: CallOptions,
  ): Promise<ToolRun<Tools>>;
}

/**
 * Returns its argument, a tool for `runTools`: TypeScript infers the arguments of `execute` from `input`.
 *
 * @example
 * ```ts
 * const add = tool({
 *   description: "Adds two numbers",
 *   input: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] } as const,
 *   execute: ({ a, b }) => a + b,
 * });
 * ```
 */
export function tool<const Schema, Output>(
  definition: ToolDefinition<Schema, Output>,
): ToolDefinition<Schema, Output>;

/** A system message. */
export function system(content: string): SystemMessage;

/**
 * A user message: a text, or texts and media in any form. The type of a `Blob` or `File` determines whether
 * it is sent as an image, a recording (MP3 or WAV), or a file; bytes without a type are sent as an image.
 *
 * @example
 * ```ts
 * const message = user("What is in this picture?", await readFile("cat.jpg"));
 * ```
 */
export function user(...content: readonly (string | MediaInput | Media | ContentPart)[]): UserMessage;

/**
 * The result of a call that the caller has run: for tools without `execute`, or after `generateText`.
 *
 * @param call the call, or its id
 * @param result a string, or `text` and `image_url` parts; anything else is sent as JSON
 */
export function toolResult(
  call: { readonly id: string; readonly name?: string } | string,
  result: unknown,
): ToolMessage;

/** The options of {@link trimMessages}. */
export interface TrimOptions {
  /** Tokens to reserve, for the answer and for tools. Default: 1024. */
  reserve?: number | undefined;
  /** The model's context window in tokens. Default: the package's value for the model. */
  contextWindow?: number | undefined;
}

/** The result of {@link trimMessages}. */
export interface TrimmedMessages {
  /** The messages that are kept. */
  messages: Message[];
  /** The messages that were dropped, the oldest first. */
  dropped: Message[];
  /** An estimate of the tokens of the kept messages, on the high side. */
  estimatedTokens: number;
  /** The limit for them. */
  limit: number;
  /** True if they fit, by that estimate. False if the last turn alone is too long. */
  fits: boolean;
}

/**
 * Shortens a conversation for a model: drops the oldest whole turns, each from a user message up to the next
 * one. System messages and the last turn are kept; if the last turn alone is too long, its oldest calls are
 * dropped with their results.
 *
 * Only the service knows the number of tokens of a text. This is an estimate, on the high side: one token per
 * three bytes of text, 1,500 for media.
 *
 * @throws {WorkersAIError} `INVALID_INPUT`, with the field `contextWindow` if the model is unknown
 *
 * @example
 * ```ts
 * const { messages } = await trimMessages(history, model, { reserve: 2_000 });
 * const { text } = await ai.generateText(model, { messages });
 * ```
 */
export function trimMessages(
  messages: readonly Message[],
  model: OfferedModels["generateText"] | (string & {}),
  options?: TrimOptions,
): Promise<TrimmedMessages>;
