/** The arguments of a tool with a schema; `any` without one. */
type ToolArguments<Schema> = unknown extends Schema ? any : ObjectOf<Schema>;

/** What a handler gets beside the arguments. */
export interface ToolContext {
  /** Aborted when the run ends before its time: pass it on to whatever the tool waits for. */
  signal: AbortSignal;
  /** The same, as the AI SDK calls it. */
  abortSignal: AbortSignal;
  /** The id of the call, unique in the conversation. */
  toolCallId: string;
  /** The conversation up to the turn with the call. */
  messages: Message[];
}

/** A tool: what a model is told of it, and what is run when it is called. Made by {@link tool}. */
export interface ToolDefinition<Schema = any, Output = any> {
  /** What it does, and when it is to be called: the model decides by it. Default: the tool's name. */
  description?: string | undefined;
  /** The schema of its arguments, which are an object: a JSON Schema, or a schema of Zod, Valibot, ArkType or another Standard Schema. */
  input?: Schema | undefined;
  /** A JSON Schema beside an `input` whose library writes none. */
  jsonSchema?: JsonObject | undefined;
  /**
   * Is run for each call, with arguments that fit `input`. What it gives goes back to the model: a string as it is, an array of `text` and
   * `image_url` parts as parts, media as an image, anything else as JSON; of an async generator the last value. What it throws goes back as well, by
   * its message. Without it a call ends the run, and its result is for the caller to add.
   */
  execute?: ((input: ToolArguments<Schema>, context: ToolContext) => Output) | undefined;
  /** Must every call be approved (`true`: a run without `approve` is refused), or none (`false`)? */
  approve?: boolean | undefined;
}

/** A tool of another library that has the same members under other names: of the AI SDK's, or of an MCP client for it. */
export interface ForeignTool {
  description?: string | undefined;
  /** The schema of its arguments. */
  inputSchema: unknown;
  /** Is run for each call. */
  execute?: ((...args: any[]) => any) | undefined;
  /** Must its calls be approved? A function counts as yes. */
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

/** What a tool gives. */
export type ToolOutput<Tool> = Tool extends { execute?: infer Execute }
  ? NonNullable<Execute> extends (...args: any[]) => infer Output
    ? Awaited<Output> extends AsyncIterable<infer Item>
      ? Item
      : Awaited<Output>
    : undefined
  : undefined;

/** What is said of every call of a tool. */
interface ToolCallFacts {
  /** The model's id, made unique in the conversation. */
  id: string;
  /** What was nearly JSON, and was mended without a loss. */
  repaired?: (
    | "fence"
    | "control-token"
    | "trailing-comma"
    | "control-character"
    | "duplicate"
    | "double-encoded"
  )[];
  /** The model wrote it into its text, where its server did not recognise it. */
  fromText?: boolean;
}

/** A call whose arguments fit its tool. */
export type ValidToolCall<Tools extends ToolSet> = {
  [Name in keyof Tools & string]: ToolCallFacts & {
    /** Which tool. */
    name: Name;
    /** Its arguments, as the tool's schema gives them. */
    arguments: ToolInput<Tools[Name]>;
    invalid?: undefined;
  };
}[keyof Tools & string];

/** A call that was wrong: of a tool that is not there, or with arguments that do not fit. The tool was not run. */
export interface InvalidToolCall extends ToolCallFacts {
  /** What the model has called. */
  name: string;
  /** The arguments, as far as they can be read. */
  arguments: unknown;
  /** What the model was told. */
  invalid: string;
}

/** A call of a tool in a run. */
export type RunToolCall<Tools extends ToolSet = ToolSet> = ValidToolCall<Tools> | InvalidToolCall;

/** What has become of a call: what the tool gave, or why there is nothing. */
export type RunToolResult<Tools extends ToolSet = ToolSet> =
  | {
      [Name in keyof Tools & string]: {
        /** Which call. */
        id: string;
        /** Which tool. */
        name: Name;
        /** What it gave. */
        output: ToolOutput<Tools[Name]>;
        error?: undefined;
        /** What the model was given. */
        content: string | ContentPart[];
        /** How long it took, in milliseconds. */
        durationMs: number;
      };
    }[keyof Tools & string]
  | {
      /** Which call. */
      id: string;
      /** What was called. */
      name: string;
      output?: undefined;
      /** What the tool has thrown; an `Error` with what the model was told, where it was not run. */
      error: NonNullable<unknown> | null;
      /** What the model was given. */
      content: string | ContentPart[];
      /** How long it took, in milliseconds; absent where it was not run. */
      durationMs?: number;
    };

/** One answer of the model in a run, and what became of its calls. */
export interface ToolStep<Tools extends ToolSet = ToolSet> {
  /** From 0. */
  index: number;
  /** The text; `""` if there is none. */
  text: string;
  /** The thinking before it, where the model shows it. */
  reasoning?: string;
  /** The calls, in the model's order. */
  toolCalls: RunToolCall<Tools>[];
  /** Their results, in the same order; none for calls that are the caller's to run. */
  toolResults: RunToolResult<Tools>[];
  /** Why the model stopped. */
  finishReason: FinishReason;
  /** Where `toolChoice` asked for something: what went out for it, since not every model takes everything, and whether the model did so. */
  toolChoice?: { requested: string; sent: string; followed: boolean };
  /** The model's turn, as it stands in the history. */
  message: AssistantMessage;
  /** What the request cost, where the service says it. */
  usage?: Usage;
  /** What the service said; not where it streamed. */
  raw?: any;
  /** How the answer came about. */
  meta: Meta;
  /** From the request to the last result, in milliseconds. */
  durationMs: number;
}

/** What a run of tools gives. */
export interface ToolRun<Tools extends ToolSet = ToolSet> {
  /** The last text of the model. */
  text: string;
  /** The thinking before it, where the model shows it. */
  reasoning?: string;
  /** Why the model stopped at last. */
  finishReason: FinishReason;
  /**
   * Why the run is over: the model has answered without calls (`"answer"`), was asked `maxSteps` times, some calls are the caller's to run
   * (`"pending"`), or `onStep` wanted it.
   */
  endedBy: "answer" | "max-steps" | "pending" | "stopped";
  /** Every answer and what became of its calls. */
  steps: ToolStep<Tools>[];
  /** The whole conversation, which the next request can go on with. */
  messages: Message[];
  /** Calls of tools without `execute`: add their results to `messages`, see {@link toolResult}. */
  pending?: RunToolCall<Tools>[];
  /** Messages that had to go, the oldest first; see `onOverflow`. */
  dropped?: Message[];
  /** What all requests have cost together, cached tokens and neurons among it. */
  usage?: Usage;
  /** How the last answer came about; attempts, neurons and the time are those of all. */
  meta: Meta;
}

/** What `runTools` takes, besides the model's parameters. */
export interface RunToolsOptions<Tools extends ToolSet> {
  /** The tools, by the names that the model calls them by. */
  tools: Tools;
  /** How often the model is asked at most. Default: 8. */
  maxSteps?: number | undefined;
  /**
   * Whether, and which, tools must be called in the first step; in later ones the model decides, or it would call for ever. Default: `"auto"`. What
   * went out for it, and whether the model did so, is in `steps[0].toolChoice`.
   */
  toolChoice?: "auto" | "none" | "required" | { readonly name: keyof Tools & string } | undefined;
  /** Do calls of one answer run side by side, at most 8 at a time or as many as this says; or, with `false`, one after the other? Default: `true`. */
  parallel?: boolean | number | undefined;
  /** Is called after each step, and waited for. `"stop"` ends the run. */
  onStep?: ((step: ToolStep<Tools>) => unknown) | undefined;
  /**
   * Decides on each call before it is run, one after the other: `true` runs it; `false`, or a string with the reason, refuses it, which the model is
   * told. Tools with `approve: false` are not asked about.
   */
  approve?:
    | ((
        call: ValidToolCall<Tools>,
        context: { signal: AbortSignal },
      ) => boolean | string | PromiseLike<boolean | string>)
    | undefined;
  /**
   * What happens when the conversation gets too long for the model: the run fails with `CONTEXT_EXCEEDED`, or the oldest whole turns go (`dropped`
   * in the result) and the request is made again. Default: `"error"`.
   */
  onOverflow?: "error" | "trim" | undefined;
}

/** What `runTools` takes for a model: tools, `prompt` or `messages`, and the model's own parameters. */
export type RunToolsInput<Model extends string, Tools extends ToolSet> = ParametersOf<
  Model,
  TextParameters
> & {
  /** The form of the answer: JSON, or JSON that fits a schema, which may be wrapped or bare. */
  response_format?: ChatResponseFormat | JsonMode | JsonObject | undefined;
} & RunToolsOptions<Tools> &
  ({ prompt: string; messages?: undefined } | { messages: readonly Message[]; prompt?: undefined });

/** A tool has given its result, or has failed. */
export type ToolResultStreamEvent<Tools extends ToolSet = ToolSet> = RunToolResult<Tools> & {
  type: "tool-result";
};

/** A step is over, its calls have their results. */
export interface StepFinishStreamEvent<Tools extends ToolSet = ToolSet> {
  type: "step-finish";
  /** All of it. */
  step: ToolStep<Tools>;
}

/**
 * What the stream of a run says: the events of every answer, results of tools as they come in, the end of each step; the usage of all requests and
 * the reason of the last one once, at the end.
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
 * A run of tools as it goes on. It can be read once: by the loop, {@link ToolStream.textStream}, {@link ToolStream.toReadableStream} or
 * {@link ToolStream.toResponse}; {@link ToolStream.final} reads it, if nobody has. Leaving a loop ends the run.
 */
export interface ToolStream<Tools extends ToolSet = ToolSet>
  extends AsyncIterable<ToolStreamEvent<Tools>>,
    AsyncDisposable {
  [Symbol.asyncIterator](): AsyncIterableIterator<ToolStreamEvent<Tools>>;
  /** The pieces of text alone, of all steps. */
  readonly textStream: AsyncIterable<string>;
  /** How the latest answer came about. */
  readonly meta: Meta;
  /** The last text of the model. */
  text(): Promise<string>;
  /** The whole result. */
  final(): Promise<ToolRun<Tools>>;
  /** The events as `text/event-stream`, each one's JSON text as `data`, `[DONE]` at the end. */
  toReadableStream(): ReadableStream<Uint8Array>;
  /** Those bytes as a response to a browser, which `events` reads there. */
  toResponse(init?: ResponseInit): Response;
  /** Ends the run. Whoever reads gets an `ABORTED` error with `reason` as its `cause`. */
  abort(reason?: unknown): void;
}

export interface WorkersAI {
  /**
   * Asks a language model that may call your functions: its calls are run, their results given back to it, until it answers with words. Arguments are
   * checked by the tool's schema before the tool is run; wrong ones, and what tools throw, go back to the model.
   *
   * A run that fails has what was done until then in the error's `partial`: `steps`, `messages` to go on with, and `usage`. Nothing that was answered is
   * asked for again. The options count for each request, but for `signal` and `timeout`'s total, which are those of the whole run; without
   * `sessionAffinity` the requests of one conversation share a session, known by how the conversation begins.
   *
   * @param input `tools`, `prompt` or `messages`, and the model's parameters
   * @throws {WorkersAIError} as {@link WorkersAI.generateText}; `INVALID_INPUT` for tools that cannot be; `ABORTED`, `TIMEOUT`
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
 * A tool for `runTools`, as it is given: TypeScript infers the arguments of `execute` from `input`.
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

/** A message of the system's. */
export function system(content: string): SystemMessage;

/**
 * A message of the user's: a text, or texts and media in any form. A `Blob` or `File` goes as what its type says, an image, a recording (MP3 or WAV), or
 * a file; bytes without a type go as an image.
 *
 * @example
 * ```ts
 * const message = user("What is in this picture?", await readFile("cat.jpg"));
 * ```
 */
export function user(...content: readonly (string | MediaInput | Media | ContentPart)[]): UserMessage;

/**
 * The result of a call that the caller has run: for tools without `execute`, or behind `generateText`.
 *
 * @param call the call, or its id
 * @param result a string, or `text` and `image_url` parts; anything else goes as JSON
 */
export function toolResult(
  call: { readonly id: string; readonly name?: string } | string,
  result: unknown,
): ToolMessage;

/** The options of {@link trimMessages}. */
export interface TrimOptions {
  /** Tokens that are kept free, for the answer and for tools. Default: 1024. */
  reserve?: number | undefined;
  /** Tokens that the model takes, prompt and answer together. Default: what the package knows of the model. */
  contextWindow?: number | undefined;
}

/** What {@link trimMessages} gives. */
export interface TrimmedMessages {
  /** Those that stay. */
  messages: Message[];
  /** Those that went, the oldest first. */
  dropped: Message[];
  /** How many tokens stay, estimated: rather too many. */
  estimatedTokens: number;
  /** How many may stay. */
  limit: number;
  /** Do they fit, by that estimate? Not where the last turn alone is too long. */
  fits: boolean;
}

/**
 * Makes a conversation short enough for a model: the oldest whole turns go, each from the user's words up to the next ones. Messages of the system's
 * and the last turn stay; of a last turn that is too long by itself the oldest calls go with their results.
 *
 * How long a text is for a model only the service knows. This is an estimate, rather too high: a token for three bytes of text, 1,500 for media.
 *
 * @throws {WorkersAIError} `INVALID_INPUT`, with the field `contextWindow` where the model is not known
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
