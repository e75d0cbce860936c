/** One message of a conversation. Fields that the model knows besides these pass through. */
export interface Message {
  role: "system" | "user" | "assistant" | "tool" | "developer" | (string & {});
  content?: string | ContentPart[] | null;
  [field: string]: unknown;
}

/** A part of a message's content. */
export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image_url"; image_url: { url: string; [field: string]: unknown } }
  | { type: string; [field: string]: unknown };

/** A tool that the model may call. */
export interface Tool {
  type: "function";
  function: {
    name: string;
    /** Some models refuse a tool without one. */
    description?: string;
    /** A JSON Schema. */
    parameters?: Record<string, unknown>;
    [field: string]: unknown;
  };
}

/** Parameters of language models, spelled as the service spells them. Each model has its own; unknown ones pass through. */
export interface TextParameters {
  /** The most tokens of the answer. Older models stop at 256 if it is not set. */
  max_tokens?: number;
  temperature?: number;
  top_p?: number;
  top_k?: number;
  seed?: number;
  repetition_penalty?: number;
  frequency_penalty?: number;
  presence_penalty?: number;
  stop?: string | string[];
  tools?: Tool[];
  tool_choice?: string | Record<string, unknown>;
  response_format?: Record<string, unknown>;
  /** The name or id of a finetune. */
  lora?: string;
  [parameter: string]: unknown;
}

/** What a language model is asked: a `prompt`, or `messages`, or the `input` of the Responses dialect. */
export type TextInput =
  | string
  | Message[]
  | (TextParameters & { prompt: string; messages?: undefined })
  | (TextParameters & { messages: Message[]; prompt?: undefined })
  | (TextParameters & { input: string | unknown[]; prompt?: undefined; messages?: undefined });

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
   * @throws {WorkersAIError} `INVALID_INPUT`, `CONTEXT_EXCEEDED`, `CAPACITY`, `DAILY_QUOTA`, `MALFORMED_RESPONSE`, or
   * another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { text, usage } = await ai.generateText("@cf/meta/llama-3.1-8b-instruct", {
   *   messages: [{ role: "user", content: "Why is the sky blue?" }],
   *   max_tokens: 300,
   * });
   * ```
   */
  generateText(model: ModelId, input: TextInput, options?: CallOptions): Promise<TextResult>;

  /**
   * Asks a language model and gives its answer piece by piece. The promise is settled when the reply's headers are in; a
   * failure before that rejects it. The stream can be read once; leaving the loop cancels the request.
   *
   * @throws {WorkersAIError} as {@link WorkersAI.generateText}; the stream itself also `TRUNCATED`, with `partial`
   *
   * @example
   * ```ts
   * const stream = await ai.streamText("@cf/meta/llama-3.1-8b-instruct", "Why is the sky blue?");
   * for await (const event of stream) {
   *   if (event.type === "text") process.stdout.write(event.text);
   * }
   * ```
   */
  streamText(model: ModelId, input: TextInput, options?: CallOptions): Promise<AIStream>;
}
