/** One message of a conversation. Fields that the model knows besides these pass through. */
export interface TextMessage {
  role: "system" | "user" | "assistant" | "tool" | "developer" | (string & {});
  content?: string | ContentPart[] | null;
  /** The thinking of an assistant's message, to let the model know it again. */
  reasoning?: string | null;
  /** The calls of an assistant's message. */
  tool_calls?: (MessageToolCall | LegacyToolCall | ChatToolCall)[] | null;
  /** Which call a tool's message answers. */
  tool_call_id?: string;
  [field: string]: unknown;
}

/**
 * The parameters of a language model besides what it is asked. Unknown ones pass through.
 */
export interface TextOptions extends TextParameters {
  /** The tools that the model may call. */
  tools?: (ChatTool | FlatTool | ResponsesTool)[] | undefined;
  /** Whether, and which, tools must be called. Default: `"auto"`. */
  tool_choice?: ChatToolChoice | JsonObject | undefined;
  /** The form of the answer: JSON, or JSON that fits a schema. Older models take the schema bare. */
  response_format?: ChatResponseFormat | JsonMode | JsonObject | undefined;
  [parameter: string]: unknown;
}

/** What a language model is asked: a `prompt`, or `messages`, or the `input` of the Responses dialect. */
export type TextInput =
  | string
  | TextMessage[]
  | (TextOptions & { prompt: string; messages?: undefined })
  | (TextOptions & { messages: TextMessage[]; prompt?: undefined })
  | (TextOptions & { input: string | ResponsesItem[]; prompt?: undefined; messages?: undefined });

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
   * const { text, usage } = await ai.generateText("@cf/meta/llama-3.2-3b-instruct", {
   *   messages: [{ role: "user", content: "Why is the sky blue?" }],
   *   max_tokens: 300,
   * });
   * ```
   */
  generateText<const Model extends OfferedModels["generateText"] | (string & {})>(
    model: Model & ServedBy<"generateText", Model>,
    input: TextInput,
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
   * const stream = await ai.streamText("@cf/meta/llama-3.2-3b-instruct", "Why is the sky blue?");
   * for await (const event of stream) {
   *   if (event.type === "text") process.stdout.write(event.text);
   * }
   * ```
   */
  streamText<const Model extends OfferedModels["streamText"] | (string & {})>(
    model: Model & ServedBy<"streamText", Model>,
    input: TextInput,
    options?: CallOptions,
  ): Promise<AIStream>;
}
