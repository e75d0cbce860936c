/** A tool call; its arguments are JSON text. */
export interface ChatCompletionToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

/**
 * The input of `chat.completions.create`: OpenAI's own request. Unlisted parameters are passed in `extra`.
 */
export interface ChatCompletionRequest
  extends Omit<
    TextParameters,
    "stream_options" | "max_tokens" | "max_completion_tokens" | "temperature" | "top_p" | "stop" | "seed"
  > {
  model: OfferedModels["generateText"] | (string & {});
  /** The conversation. */
  messages: readonly Message[];
  /** Return a stream of chunks. */
  stream?: boolean | null;
  stream_options?: { include_usage?: boolean } | null;
  max_tokens?: number | null;
  max_completion_tokens?: number | null;
  temperature?: number | null;
  top_p?: number | null;
  stop?: string | readonly string[] | null;
  seed?: number | null;
  tools?: readonly {
    type: "function";
    function: { name: string; description?: string; parameters?: object };
  }[];
  tool_choice?: "none" | "auto" | "required" | { type: "function"; function: { name: string } };
  response_format?: { type: "text" | "json_object" } | { type: "json_schema"; json_schema: object };
  /** Parameters that this version does not know, sent unvalidated. */
  extra?: ExtraParameters | undefined;
}

/** Tokens, as OpenAI counts them. */
export interface CompletionUsage {
  /** Tokens of the input. */
  prompt_tokens: number;
  /** Tokens of the answer. */
  completion_tokens: number;
  /** Both together. */
  total_tokens: number;
  [detail: string]: unknown;
}

/** The finish reason of a choice. */
export type CompletionFinishReason =
  | "stop"
  | "length"
  | "tool_calls"
  | "content_filter"
  | "function_call"
  | (string & {});

/** A complete answer. */
export interface ChatCompletion {
  id: string;
  object: "chat.completion";
  /** Seconds since 1970. */
  created: number;
  model: string;
  choices: {
    index: number;
    message: {
      role: "assistant";
      content: string | null;
      refusal?: string | null;
      reasoning_content?: string;
      tool_calls?: ChatCompletionToolCall[];
      [member: string]: unknown;
    };
    logprobs?: unknown;
    finish_reason: CompletionFinishReason;
  }[];
  usage?: CompletionUsage;
  [member: string]: unknown;
}

/** A chunk of a streamed answer. */
export interface ChatCompletionChunk {
  id: string;
  object: "chat.completion.chunk";
  created: number;
  model: string;
  choices: {
    index: number;
    delta: {
      role?: string;
      content?: string | null;
      reasoning_content?: string;
      tool_calls?: {
        index: number;
        id?: string;
        type?: "function";
        function?: { name?: string; arguments?: string };
      }[];
      [member: string]: unknown;
    };
    logprobs?: unknown;
    finish_reason: CompletionFinishReason | null;
  }[];
  usage?: CompletionUsage | null;
  [member: string]: unknown;
}

/** The input of `embeddings.create`: OpenAI's own request. */
export interface EmbeddingRequest {
  model: OfferedModels["embed"] | (string & {});
  /** At most 100 texts; `embedMany` accepts any number. */
  input: string | readonly string[];
  /**
   * `"base64"` returns each embedding as the base64 of its little-endian 32-bit floats. Default: `"float"`.
   */
  encoding_format?: "float" | "base64";
  /** Ignored. */
  user?: string;
  /** Truncate texts that are too long, instead of rejecting them. */
  truncate_inputs?: boolean;
  /** Parameters that this version does not know, sent unvalidated. */
  extra?: ExtraParameters | undefined;
}

/** Embeddings, in the order of the texts. */
export interface EmbeddingList<Embedding = number[]> {
  object: "list";
  data: { object: "embedding"; index: number; embedding: Embedding }[];
  model: string;
  usage?: { prompt_tokens: number; total_tokens: number };
  [member: string]: unknown;
}

/** The input of `responses.create`: OpenAI's own request. Unlisted parameters are passed in `extra`. */
export interface ResponseRequest extends Omit<TextGptOssResponsesInput, "input" | "stream" | "model"> {
  /** The model. */
  model: OfferedModels["generateText"] | (string & {});
  /** The input: a text, or items. */
  input: string | readonly object[];
  /** Return a stream of events. */
  stream?: boolean | null;
}

/** An answer in OpenAI's Responses shape. */
export interface ResponseAnswer {
  output: { type: string; [member: string]: unknown }[];
  /** All texts of the output, joined by this package if the service omits it. */
  output_text: string;
  [member: string]: unknown;
}

/** An event of a streamed Response, such as `response.output_text.delta`. */
export interface ResponseStreamEvent {
  type: string;
  [member: string]: unknown;
}

export interface WorkersAI {
  /**
   * Chat completions in OpenAI's shape, through any door: requests, answers and chunks are those of OpenAI's
   * own client, for models of all dialects. Errors are those of this package.
   *
   * @example
   * ```ts
   * const { choices } = await ai.chat.completions.create({
   *   model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
   *   messages: [{ role: "user", content: "Hello" }],
   * });
   * ```
   */
  readonly chat: {
    completions: {
      /** @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode} */
      create(
        request: ChatCompletionRequest & { stream: true },
        options?: CallOptions,
      ): Promise<AIStream<ChatCompletionChunk>>;
      create(
        request: ChatCompletionRequest & { stream?: false | null },
        options?: CallOptions,
      ): Promise<ChatCompletion>;
    };
  };
  /**
   * Embeddings in OpenAI's shape. `embed` returns the same as one `Float32Array`, several times faster.
   *
   * @example
   * ```ts
   * const { data } = await ai.embeddings.create({ model: "@cf/baai/bge-m3", input: ["one", "two"] });
   * ```
   */
  readonly embeddings: {
    /** @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode} */
    create(
      request: EmbeddingRequest & { encoding_format: "base64" },
      options?: CallOptions,
    ): Promise<EmbeddingList<string>>;
    create(request: EmbeddingRequest, options?: CallOptions): Promise<EmbeddingList>;
  };
  /**
   * OpenAI's Responses: over HTTP for the models that the service offers there, on the binding for gpt-oss.
   *
   * @example
   * ```ts
   * const { output_text } = await ai.responses.create({ model: "@cf/openai/gpt-oss-120b", input: "Hello" });
   * ```
   */
  readonly responses: {
    /** @throws {WorkersAIError} `INVALID_INPUT` with the field `model` on the binding, or another {@link WorkersAIErrorCode} */
    create(
      request: ResponseRequest & { stream: true },
      options?: CallOptions,
    ): Promise<AIStream<ResponseStreamEvent>>;
    create(
      request: ResponseRequest & { stream?: false | null },
      options?: CallOptions,
    ): Promise<ResponseAnswer>;
  };
}
