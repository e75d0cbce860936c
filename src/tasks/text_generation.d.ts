/**
 * The parameters of a language model besides what it is asked: the model's own where its id is known, else those of all models, and any other.
 * `extra` takes what this version does not know.
 */
export type TextOptions<Model extends string = string> = ParametersOf<Model, TextParameters> & {
  /** The tools that the model may call. */
  tools?: readonly (ChatTool | FlatTool | ResponsesTool)[] | undefined;
  /** Whether, and which, tools must be called. Default: `"auto"`. */
  tool_choice?: ChatToolChoice | JsonObject | undefined;
  /** The form of the answer: JSON, or JSON that fits a schema, which may be wrapped or bare. */
  response_format?: ChatResponseFormat | JsonMode | undefined;
};

/** What a language model is asked: a `prompt`, or `messages`, or the `input` of the Responses dialect. */
export type TextInput<Model extends string = string> =
  | string
  | readonly Message[]
  | (TextOptions<Model> & { prompt: string; messages?: undefined; input?: undefined })
  | (TextOptions<Model> & { messages: readonly Message[]; prompt?: undefined; input?: undefined })
  | (TakesInput<Model, "input"> &
      TextOptions<Model> & {
        input: string | readonly ResponsesItem[];
        prompt?: undefined;
        messages?: undefined;
      });

/** The whole answer of a language model, the same for every model. */
export interface TextResult {
  /** The text; `""` if there is none. */
  text: string;
  /** The thinking before it, where the model shows it. */
  reasoning?: string;
  /** The tools that the model wants to be called. */
  toolCalls: ToolCall[];
  /** Why it stopped. */
  finishReason: FinishReason;
  /** The service's own word for it, such as `"end_turn"`; absent where it said none. */
  rawFinishReason?: string;
  /** The model's turn, to be put into the `messages` of the next request: its text, and its calls of tools. */
  message: AssistantMessage;
  /** What it cost, where the service says it. */
  usage?: Usage;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Asks a language model and gives its whole answer.
   *
   * @param input a prompt, an array of messages, or an object with `prompt`, `messages` or `input` and the model's parameters
   * @throws {WorkersAIError} `INVALID_INPUT`, `CONTEXT_EXCEEDED`, `CAPACITY`, `DAILY_QUOTA`, `MALFORMED_RESPONSE`, or
   * another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { text, usage } = await ai.generateText("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
   *   messages: [{ role: "user", content: "Why is the sky blue?" }],
   *   max_tokens: 300,
   * });
   * ```
   */
  generateText<const Model extends OfferedModels["generateText"] | (string & {})>(
    model: Model & ServedBy<"generateText", Model>,
    input: TextInput<Model>,
    options?: CallOptions,
  ): Promise<TextResult>;

  /**
   * Asks a language model and gives its answer piece by piece. The promise is settled when the reply's headers are in; a
   * failure before that rejects it. The stream can be read once; leaving the loop cancels the request.
   *
   * @param input as for {@link WorkersAI.generateText}
   * @throws {WorkersAIError} as {@link WorkersAI.generateText}; the stream itself also `TRUNCATED`, with `partial`
   *
   * @example
   * ```ts
   * const stream = await ai.streamText("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "Why is the sky blue?");
   * for await (const event of stream) {
   *   if (event.type === "text") process.stdout.write(event.text);
   * }
   * ```
   */
  streamText<const Model extends OfferedModels["streamText"] | (string & {})>(
    model: Model & ServedBy<"streamText", Model>,
    input: TextInput<Model>,
    options?: CallOptions,
  ): Promise<AIStream>;
}
