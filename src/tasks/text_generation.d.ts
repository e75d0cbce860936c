/**
 * The parameters of a language model besides its prompt: the model's own if its id is known, otherwise those of all
 * models and any other. Parameters that these types do not know go into `extra`.
 */
export type TextOptions<Model extends string = string> = ParametersOf<Model, TextParameters> & {
  /** The tools that the model may call. */
  tools?: readonly (ChatTool | FlatTool | ResponsesTool)[] | undefined;
  /** Whether tools must be called, and which one. Default: `"auto"`. */
  tool_choice?: ChatToolChoice | JsonObject | undefined;
  /** The form of the answer: JSON, or JSON of a schema, which may be wrapped as in OpenAI's API or bare. */
  response_format?: ChatResponseFormat | JsonMode | undefined;
};

/** The input of a language model: a `prompt`, `messages`, or the `input` of the Responses dialect. */
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

/** The whole answer of a language model, in the same form for every model. */
export interface TextResult {
  /** The text; `""` if there is none. */
  text: string;
  /** The reasoning before it, if the model shows it. */
  reasoning?: string;
  /** The tool calls that the model requests. */
  toolCalls: ToolCall[];
  /** Why the model stopped. */
  finishReason: FinishReason;
  /** The service's own word for it, such as `"end_turn"`; absent if it sent none. */
  rawFinishReason?: string;
  /** The model's turn with its text and tool calls, for the `messages` of the next request. */
  message: AssistantMessage;
  /** The token counts, if the service sends them. */
  usage?: Usage;
  /** The service's own answer. */
  raw: any;
  /** Metadata of the call. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Calls a language model and returns its whole answer.
   *
   * @param input a prompt, an array of messages, or an object with `prompt`, `messages` or `input` and the model's
   *   parameters
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
   * Calls a language model and returns its answer as a stream. The promise resolves when the reply's headers are
   * received; a failure before that rejects it. The stream can be read once; leaving the loop cancels the request.
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
