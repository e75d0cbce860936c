/**
 * How the value was requested from the model: with the schema in its JSON mode, bare (`"schema"`) or in
 * OpenAI's form (`"openai-schema"`, and `"responses-schema"` for the `input` of the Responses dialect), with
 * `guided_json`, or with a tool that it had to call. `"unstreamed"`: for `streamObject`, if the model returns
 * its JSON only as a whole.
 */
export type ObjectMode =
  | "schema"
  | "openai-schema"
  | "responses-schema"
  | "guided-json"
  | "tool"
  | "unstreamed";

/** A violation of the schema. */
export interface ObjectIssue {
  /** The path: member names and item indexes, from the root on. */
  path: (string | number)[];
  /**
   * The message of the schema's library, or of the validator for JSON Schemas. It may repeat parts of the
   * value.
   */
  message: string;
}

/** The members of an input that describe the value. */
export interface ObjectRequest<Schema extends ObjectSchema> {
  /**
   * The schema of the value: a JSON Schema, or a schema of Zod, Valibot, ArkType or another library that
   * follows Standard Schema.
   */
  schema: Schema;
  /** The JSON Schema of a library's schema, if the library cannot generate it. */
  jsonSchema?: JsonSchema | undefined;
  /**
   * The schema's name, which some models receive: 1 to 64 letters, digits, `_` or `-`. Default: `"answer"`.
   */
  schemaName?: string | undefined;
  /** A description of the value for the model. */
  schemaDescription?: string | undefined;
  /** Generated from the schema. */
  tools?: undefined;
  tool_choice?: undefined;
  response_format?: undefined;
  guided_json?: undefined;
  stream?: undefined;
}

/** A prompt, messages, or the `input` of the Responses dialect, with the model's parameters. */
export type ObjectQuestion<Model extends string = string> = Exclude<
  TextInput<Model>,
  string | readonly Message[]
>;

/** A value with the metadata of its request. */
export interface ObjectResult<T> {
  /** The value, converted by a library's schema. */
  object: T;
  /** The model's text, which contains the JSON; for a tool call its arguments. */
  text: string;
  /** The reasoning before it, if the model sends it. */
  reasoning?: string;
  /** The reason why the model stopped. */
  finishReason: FinishReason;
  /** The usage, if the service reports it; with `repair` that of both requests. */
  usage?: Usage;
  /** The raw response of the service; absent if the answer was streamed. */
  raw?: any;
  /** The metadata of the request. */
  meta: Meta & { objectMode: ObjectMode };
}

/**
 * A value that is parsed while it is received. It supports any number of loops, also concurrent ones, which
 * all read the same reply. Leaving the last loop cancels the request, unless {@link ObjectStream.object} or
 * {@link ObjectStream.final} is awaited. At the end a loop throws the error that `object` rejects with: after
 * a loop without an error, the value is valid.
 *
 * A number, `true`, `false` or `null` appears when it is complete; a string grows. Numbers are JavaScript's:
 * integers beyond 2^53 are rounded, as by `JSON.parse`; the digits are in the result's `text`.
 *
 * @example
 * ```ts
 * const stream = await ai.streamObject("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
 *   schema: { type: "array", items: { type: "string" } },
 *   prompt: "Ten names for a cat.",
 * });
 * for await (const name of stream.elements) console.log(name);
 * ```
 */
export interface ObjectStream<T, Raw = T> extends AsyncDisposable {
  /**
   * The value so far, each time that it has grown. Values are immutable: parts that did not grow are shared
   * between them. While an array with more than a hundred items, or an object with more than 20 members, is open,
   * it is emitted less often, so that the time stays linear in its text.
   */
  readonly partials: AsyncIterable<DeepPartial<Raw>>;
  /** The items of an array, each when it is complete, before the schema has converted or validated it. */
  readonly elements: AsyncIterable<ElementOf<Raw>>;
  /**
   * The complete value, validated and converted by the schema. Reads the stream if necessary.
   *
   * @throws {WorkersAIError} `NO_OBJECT`, with `text`, `issues` and `finishReason`; `TRUNCATED`, `ABORTED`
   *   and others, with `partial.object`
   */
  readonly object: Promise<T>;
  /** The same with the metadata of the answer. */
  final(): Promise<ObjectResult<T>>;
  /** The metadata of the reply; its times are set at the end. */
  readonly meta: Meta & { objectMode: ObjectMode };
  /** Cancels the request. Readers fail with an `ABORTED` error with `reason` as its `cause`. */
  abort(reason?: unknown): void;
}

export interface WorkersAI {
  /**
   * Runs a language model with structured output: the result is a value of a schema, validated and typed. The
   * request depends on the model's family; `meta.objectMode` is the mode that was used. The value is found in
   * an object of the JSON mode, in text, in a fenced block, after reasoning, or in a tool's arguments. If an
   * answer contains several values, the valid one counts; if several different ones are valid, the call fails
   * with `NO_OBJECT`.
   *
   * @param input `schema`, and `prompt` or `messages` with the model's parameters. With `repair: 1` an
   *   invalid answer is followed by one more, billed request that contains the violations; an answer that was
   *   cut off is not repaired
   * @throws {WorkersAIError} `NO_OBJECT` if the answer is not a valid value: with `text` (the model's text),
   *   `issues` and `finishReason` (`"length"`: it was cut off at `max_tokens`); `INVALID_INPUT`; and as
   *   {@link WorkersAI.generateText}
   *
   * @example
   * ```ts
   * const { object } = await ai.generateObject("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
   *   schema: z.object({ city: z.string(), population: z.number().int() }),
   *   prompt: "The largest city of Portugal.",
   * });
   * console.log(object.city, object.population);
   * ```
   */
  generateObject<
    const Model extends OfferedModels["generateText"] | (string & {}),
    const Schema extends ObjectSchema,
  >(
    model: Model & ServedBy<"generateText", Model>,
    input: ObjectQuestion<Model> & ObjectRequest<Schema> & { repair?: 0 | 1 | undefined },
    options?: CallOptions,
  ): Promise<ObjectResult<ObjectOf<Schema>>>;

  /**
   * The same as a stream: partial values, items one by one, the complete value. The promise resolves when the
   * reply's headers have been received.
   *
   * @param input `schema`, and `prompt` or `messages` with the model's parameters
   * @throws {WorkersAIError} as {@link WorkersAI.streamText}; the stream itself as {@link ObjectStream.object}
   *
   * @example
   * ```ts
   * const stream = await ai.streamObject("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
   *   schema: z.object({ title: z.string(), steps: z.array(z.string()) }),
   *   prompt: "A recipe for pancakes.",
   * });
   * for await (const recipe of stream.partials) console.log(recipe.steps?.length ?? 0, "steps");
   * const { title } = await stream.object;
   * ```
   */
  streamObject<
    const Model extends OfferedModels["streamText"] | (string & {}),
    const Schema extends ObjectSchema,
  >(
    model: Model & ServedBy<"streamText", Model>,
    input: ObjectQuestion<Model> & ObjectRequest<Schema>,
    options?: CallOptions,
  ): Promise<ObjectStream<ObjectOf<Schema>, RawObjectOf<Schema>>>;
}
