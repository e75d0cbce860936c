/**
 * How a model was brought to answer with the value: by the schema in its JSON mode, bare (`"schema"`) or as OpenAI takes it (`"openai-schema"`, and
 * `"responses-schema"` for the `input` of the Responses dialect), by `guided_json`, or by a tool that it had to call. `"unstreamed"`: of `streamObject`,
 * where the model gives its JSON only as a whole.
 */
export type ObjectMode =
  | "schema"
  | "openai-schema"
  | "responses-schema"
  | "guided-json"
  | "tool"
  | "unstreamed";

/** One thing that is wrong with a value by its schema. */
export interface ObjectIssue {
  /** Where: names of members and places of items, from the root on. */
  path: (string | number)[];
  /** What the schema's library, or the validator for JSON Schemas, says. It may repeat parts of the value. */
  message: string;
}

/** What a method of structured output is told of the value, beside what the model is asked. */
export interface ObjectRequest<Schema extends ObjectSchema> {
  /** What the value has to be: a JSON Schema, or a schema of Zod, Valibot, ArkType or another library that follows Standard Schema. */
  schema: Schema;
  /** The JSON Schema of a library's schema, where the library cannot write it itself. */
  jsonSchema?: JsonSchema | undefined;
  /** The schema's name, which some models are told: 1 to 64 letters, digits, `_` or `-`. Default: `"answer"`. */
  schemaName?: string | undefined;
  /** What the model is told of the value. */
  schemaDescription?: string | undefined;
  /** These are made of the schema. */
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

/** A value, and how it came about. */
export interface ObjectResult<T> {
  /** The value; of a library's schema what that converts to. */
  object: T;
  /** What the model said, with the JSON text in it; of a tool call its arguments. */
  text: string;
  /** The thinking before it, where the model shows it. */
  reasoning?: string;
  /** Why it stopped. */
  finishReason: FinishReason;
  /** What it cost, where the service says it; with `repair` that of both requests. */
  usage?: Usage;
  /** What the service said; absent where the answer was streamed. */
  raw?: any;
  /** How the answer came about. */
  meta: Meta & { objectMode: ObjectMode };
}

/**
 * A value while it comes in. There may be any number of loops over it, also at a time; all of them read the one reply. Leaving the last loop cancels the
 * request, unless {@link ObjectStream.object} or {@link ObjectStream.final} is waited for. At the end a loop throws what `object` rejects with: after a loop
 * that has ended, the value is valid.
 *
 * Of a number, `true`, `false` or `null` nothing is there before it is complete; a string grows. Numbers are JavaScript's: whole ones beyond 2^53 are rounded,
 * as `JSON.parse` does; the digits are in the result's `text`.
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
   * The value so far, each time that a piece of the reply has added to it. What was given never changes: parts that did not grow are shared between one and
   * the next. A value that holds thousands of items in one array is given less often, so that the time stays linear in its text.
   */
  readonly partials: AsyncIterable<DeepPartial<Raw>>;
  /** The items of a value that is an array, each when it is complete, before the schema has converted or checked it. */
  readonly elements: AsyncIterable<ElementOf<Raw>>;
  /**
   * The whole value, checked and converted by the schema. Reads on by itself.
   *
   * @throws {WorkersAIError} `NO_OBJECT`, with `text`, `issues` and `finishReason`; `TRUNCATED`, `ABORTED` and others, with `partial.object`
   */
  readonly object: Promise<T>;
  /** The same with all that is known of the answer. */
  final(): Promise<ObjectResult<T>>;
  /** How the reply came about; the times are there when it is over. */
  readonly meta: Meta & { objectMode: ObjectMode };
  /** Cancels the request. Whoever reads gets an `ABORTED` error with `reason` as its `cause`. */
  abort(reason?: unknown): void;
}

export interface WorkersAI {
  /**
   * Asks a language model for a value of a schema: structured output, checked and typed. Each family of models is asked in its own way, which
   * `meta.objectMode` names. The value is found in JSON mode's objects, in text, between fences, behind thinking, in a tool's arguments. Of several that
   * an answer holds, the one that fits the schema counts; where several fit and differ, it is `NO_OBJECT`.
   *
   * @param input `schema`, and `prompt` or `messages` with the model's parameters. `repair: 1` allows one more, billed request that tells the model what was
   *   wrong, where the answer does not fit; an answer that was cut is not asked for again
   * @throws {WorkersAIError} `NO_OBJECT` where the answer is not the value: with `text` (what the model said), `issues` and `finishReason` (`"length"`: it was cut
   *   at `max_tokens`); `INVALID_INPUT`; and as {@link WorkersAI.generateText}
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
   * The same while the answer comes in: partial values, items one by one, the whole. The promise is settled when the reply's headers are in.
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
