/** The texts that become vectors, with the model's parameters. */
export type EmbedInput<Model extends string = string> =
  | string
  | readonly string[]
  | (EmbedOptions<Model> & { text: string | readonly string[]; query?: undefined })
  | (TakesInput<Model, "contexts"> &
      EmbedOptions<Model> & { contexts: readonly (string | { readonly text: string })[]; query?: undefined })
  | (TakesInput<Model, "queries"> &
      EmbedOptions<Model> & {
        queries: string | readonly string[];
        documents?: string | readonly string[] | undefined;
      })
  | (TakesInput<Model, "documents"> & EmbedOptions<Model> & { documents: string | readonly string[] });

/** A query and the texts that are compared with it; `@cf/baai/bge-m3` only. */
export type EmbedQueryInput<Model extends string = string> = TakesInput<Model, "query"> &
  EmbedOptions<Model> & {
    /** What the contexts are compared with. */
    query: string;
    /** The texts that are compared. */
    contexts: readonly (string | { readonly text: string })[];
  };

/** The parameters of an embedding model. */
export type EmbedOptions<Model extends string = string> = ParametersOf<Model, EmbedParameters>;

/** What an embedding cost, in tokens: an answer that counts none has no usage. */
export type EmbedUsage = Pick<Usage, "promptTokens" | "totalTokens">;

/** Vectors, one per text, in the order of the texts. */
export interface EmbedResult {
  /** All vectors, one after the other. */
  data: Float32Array<ArrayBuffer>;
  /** How many vectors there are, and how long each is. */
  shape: [count: number, dimensions: number];
  /** The vectors: views into `data`, nothing is copied. */
  rows: Float32Array<ArrayBuffer>[];
  /** The first vector, or the only one: of one text. */
  vector: Float32Array<ArrayBuffer>;
  /** What it cost, where the service says it. */
  usage?: EmbedUsage;
  /** What the service said; its numbers are in `data`. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

/** How well each context fits the query. */
export interface EmbedScores {
  /** The scores, in the order of `contexts`. */
  scores: number[];
  /** What it cost, where the service says it. */
  usage?: EmbedUsage;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

/** How far an {@link WorkersAI.embedMany} has come. */
export interface EmbedProgress {
  /** Texts that have their vectors. */
  done: number;
  /** All texts, if their number is known. */
  total?: number;
}

/** The options of {@link WorkersAI.embedMany}. */
export interface EmbedManyOptions<Model extends string = string> extends Omit<CallOptions, "fallback"> {
  /** The model's parameters, for every request. */
  parameters?: EmbedOptions<Model> | undefined;
  /** Requests at a time: 1 to 64. Default: 4. */
  concurrency?: number;
  /** Texts per request. Default: as many as the model takes. */
  batchSize?: number;
  /** Tokens per request, as far as they can be told from the text. Default: as many as the model takes. */
  maxTokensPerBatch?: number;
  /** Leave out so many texts: where an earlier call has failed, its `partial.offset`. Default: 0. */
  from?: number;
  /** Called after each request. */
  onProgress?(progress: EmbedProgress): unknown;
}

/** Vectors of a stream of texts, in the order of the texts. */
export interface EmbeddedRows {
  /** The place of the first one among all texts. */
  offset: number;
  /** The vectors. */
  rows: Float32Array<ArrayBuffer>[];
}

/** One text alone is for {@link WorkersAI.embed}; to a loop it would be its letters. */
export interface NoSingleText {
  charAt?: never;
}

/** What {@link WorkersAI.embedMany} had when it failed: `partial` of the error. */
export interface EmbedManyPartial {
  /** How many texts are done; `from` of the next attempt. */
  offset: number;
  /** The vectors so far; not where they were given one by one. */
  data?: Float32Array<ArrayBuffer>;
  /** How many vectors there are, and how long each is. */
  shape?: [count: number, dimensions: number];
  /** The vectors so far, one by one. */
  rows?: Float32Array<ArrayBuffer>[];
}

export interface WorkersAI {
  /**
   * Turns texts into vectors. Given a query and contexts, `@cf/baai/bge-m3` gives scores instead.
   *
   * @param input a text, several, or an object with `text` and the model's parameters
   * @throws {WorkersAIError} `INVALID_INPUT`, `CONTEXT_EXCEEDED`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { rows, shape } = await ai.embed("@cf/baai/bge-base-en-v1.5", ["a story", "a recipe"]);
   * console.log(shape); // [2, 768]
   * ```
   */
  embed<const Model extends OfferedModels["embed"] | (string & {})>(
    model: Model & ServedBy<"embed", Model>,
    input: EmbedQueryInput<Model>,
    options?: CallOptions,
  ): Promise<EmbedScores>;
  embed<const Model extends OfferedModels["embed"] | (string & {})>(
    model: Model & ServedBy<"embed", Model>,
    input: EmbedInput<Model>,
    options?: CallOptions,
  ): Promise<EmbedResult>;

  /**
   * Turns any number of texts into vectors: in as many requests as the model needs, some at a time, in order. A stream of texts
   * gives a stream of vectors, which never holds more than it must.
   *
   * @throws {WorkersAIError} as {@link WorkersAI.embed}; the first failure ends it, and its `partial` is an
   * {@link EmbedManyPartial}
   *
   * @example
   * ```ts
   * const { data, shape } = await ai.embedMany("@cf/baai/bge-base-en-v1.5", texts, {
   *   onProgress: ({ done, total }) => console.log(`${done} of ${total}`),
   * });
   * ```
   */
  embedMany<const Model extends OfferedModels["embed"] | (string & {})>(
    model: Model & ServedBy<"embed", Model>,
    texts: Iterable<string> & NoSingleText,
    options?: EmbedManyOptions<Model>,
  ): Promise<EmbedResult>;
  embedMany<const Model extends OfferedModels["embed"] | (string & {})>(
    model: Model & ServedBy<"embed", Model>,
    texts: AsyncIterable<string>,
    options?: EmbedManyOptions<Model>,
  ): AsyncIterableIterator<EmbeddedRows>;
}
