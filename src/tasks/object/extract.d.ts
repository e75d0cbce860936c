/** The values that a field may have, by its type. */
export interface ExtractionValues {
  text: string;
  number: number;
  date: string;
  time: string;
  datetime: string;
  duration: number | string;
  list: (string | number)[];
  estimate: number | string;
  forecast: number | string;
}

/** The value of a field. */
export type ExtractedValue<Field extends ExtractionField> = Field extends {
  readonly type: "list";
  readonly items: "number";
}
  ? number[]
  : Field extends { readonly type: "list"; readonly items: "text" | "date" }
    ? string[]
    : ExtractionValues[Field["type"]];

/** A model's answer for a field. Members that it did not send are absent. */
export interface ExtractedField<Value = any> {
  /** The field's type. */
  type: ExtractionField["type"];
  /** The value; `null` if the text does not contain one, according to the model. */
  value: Value | null;
  /** The most likely value, even if its probability was too low for `value`. */
  guess?: Value | null;
  /** The probability that the text contains no value, from 0 to 1. */
  pNull?: number;
  /** The model's confidence in the value, from 0 to 1. */
  confidence?: number;
  /** Its position in the text: start and end (exclusive). */
  span?: [number, number];
  /** Its positions in the text, if there are several. */
  spans?: [number, number][];
  /** Of an estimate. */
  mean?: Value;
  /** Of an estimate. */
  median?: Value;
  /** Of an estimate: the 10th percentile. */
  p10?: Value;
  /** Of an estimate: the 90th percentile. */
  p90?: Value;
  /** Of an estimate: the probability that it is below `min`. */
  pBelow?: number;
  /** Of an estimate: the probability that it is above `max`. */
  pAbove?: number;
  /** Of an estimate, if requested by `options.include_quantiles`. */
  quantiles?: Value[];
  /** Of a forecast: its steps, each an estimate. */
  steps?: {
    mean?: Value;
    median?: Value;
    p10?: Value;
    p90?: Value;
    quantiles?: Value[];
    [name: string]: unknown;
  }[];
}

/** The input of {@link WorkersAI.extract}. */
export type ExtractRequest<Fields, Model extends string = string> = ParametersOf<Model, DecideParameters> & {
  /** The text; may be empty if there are images. */
  state: string;
  /**
   * The fields to extract: by names of your own (a letter or `_`, then up to 63 letters, digits, `_`, `.` or
   * `-`), or a schema of an object, each of whose properties becomes a field.
   */
  fields: Fields;
  /** The JSON Schema of a library's schema, if the library cannot generate it. */
  jsonSchema?: JsonSchema | undefined;
  questions?: undefined;
};

/** The usage of an extraction. The input is billed once per pass. */
export interface ExtractionUsage extends Usage {
  /**
   * Number of passes over the input: fields that do not fit into one pass are split. `estimateCost` includes
   * it.
   */
  passes?: number;
  /** Of the input: tokens of the text. */
  stateTokens?: number;
  /** Of the input: tokens of the images. */
  imageTokens?: number;
  /** Of the input: tokens of the fields. */
  schemaTokens?: number;
}

/** The extracted fields. */
export interface ExtractResult<Values, Answers> {
  /** The values by the fields' names; `null` if the text does not contain one. */
  values: Values;
  /** The model's answer for each field. */
  answers: Answers;
  /** The names of fields without an answer, if any: their values are `null`. */
  missing?: string[];
  /** True if the text was too long, and its end was not read. */
  truncated: boolean;
  /** The text as the model has read it, if requested by `options.return_state_text`. */
  stateText?: string;
  /** The usage, if the service reports it. */
  usage?: ExtractionUsage;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Extracts typed fields from a text, with the model's confidence in each and its position. With a schema in
   * place of fields the result also has `object`, validated and converted by the schema.
   *
   * @param input `state`, the text, and `fields`: `{ type: "text" | "number" | "date" | "time" | "datetime" |
   *   "duration" | "list" | "estimate" | "forecast", instructions?, … }` by name. Estimates and forecasts
   *   need `min` and `max`
   * @throws {WorkersAIError} `INVALID_INPUT` with the `field`, before anything is sent: an invalid name,
   *   limit, or property of the schema; `NO_OBJECT` if the values do not match the schema; `TOO_LARGE` above
   *   65,536 tokens
   *
   * @example
   * ```ts
   * const { values, answers } = await ai.extract("@cf/cloudflare/clairic", {
   *   state: "Invoice 12 of 31 January 2026: 12.50 EUR, due in 14 days.",
   *   fields: { total: { type: "number", decimals: 2 }, day: { type: "date" } },
   * });
   * console.log(values.total, answers.total.confidence);
   * ```
   */
  extract<
    const Model extends OfferedModels["decide"] | (string & {}),
    const Schema extends StandardSchema<any, any> | (JsonSchema & { readonly type: "object" }),
  >(
    model: Model & ServedBy<"decide", Model>,
    input: ExtractRequest<Schema, Model>,
    options?: CallOptions,
  ): Promise<
    ExtractResult<
      { [Name in keyof RawObjectOf<Schema>]-?: NonNullable<RawObjectOf<Schema>[Name]> | null },
      { [Name in keyof RawObjectOf<Schema>]-?: ExtractedField<NonNullable<RawObjectOf<Schema>[Name]>> }
    > & {
      /** The values validated by the schema; those that the text does not contain are omitted. */
      object: ObjectOf<Schema>;
    }
  >;
  extract<
    const Model extends OfferedModels["decide"] | (string & {}),
    const Fields extends { readonly [name: string]: ExtractionField },
  >(
    model: Model & ServedBy<"decide", Model>,
    input: ExtractRequest<Fields, Model>,
    options?: CallOptions,
  ): Promise<
    ExtractResult<
      { -readonly [Name in keyof Fields]: ExtractedValue<Fields[Name]> | null },
      { -readonly [Name in keyof Fields]: ExtractedField<ExtractedValue<Fields[Name]>> }
    >
  >;
}
