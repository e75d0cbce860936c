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

/** What a model says of a field. A member that it did not send is absent. */
export interface ExtractedField<Value = any> {
  /** The field's type. */
  type: ExtractionField["type"];
  /** The value; `null` where the text has none, as far as the model can tell. */
  value: Value | null;
  /** The likeliest value, also where it was too unlikely to be `value`. */
  guess?: Value | null;
  /** How likely the text has none, from 0 to 1. */
  pNull?: number;
  /** How sure the model is of the value, from 0 to 1. */
  confidence?: number;
  /** Where in the text it stands: the first place and the one behind the last. */
  span?: [number, number];
  /** Where it stands, if at several places. */
  spans?: [number, number][];
  /** Of an estimate. */
  mean?: Value;
  /** Of an estimate. */
  median?: Value;
  /** Of an estimate: a tenth of what is possible is below it. */
  p10?: Value;
  /** Of an estimate: a tenth of what is possible is above it. */
  p90?: Value;
  /** Of an estimate: how likely it is below the least. */
  pBelow?: number;
  /** Of an estimate: how likely it is above the most. */
  pAbove?: number;
  /** Of an estimate, where `options.include_quantiles` asks for them. */
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

/** What {@link WorkersAI.extract} takes. */
export type ExtractRequest<Fields, Model extends string = string> = ParametersOf<Model, DecideParameters> & {
  /** The text; may be empty if there are images. */
  state: string;
  /**
   * What to extract: fields by names of your own (a letter or `_`, then up to 63 letters, digits, `_`, `.` or `-`), or a schema of an object, each of whose
   * properties becomes a field.
   */
  fields: Fields;
  /** The JSON Schema of a library's schema, where the library cannot write it itself. */
  jsonSchema?: JsonSchema | undefined;
  questions?: undefined;
};

/** What extraction costs. The input is billed once a pass. */
export interface ExtractionUsage extends Usage {
  /** How often the input was read: fields that do not fit into one pass are divided. `estimateCost` counts it. */
  passes?: number;
  /** Of the input: tokens of the text. */
  stateTokens?: number;
  /** Of the input: tokens of the images. */
  imageTokens?: number;
  /** Of the input: tokens of the fields. */
  schemaTokens?: number;
}

/** Fields, extracted. */
export interface ExtractResult<Values, Answers> {
  /** The values by the fields' names; `null` where the text has none. */
  values: Values;
  /** What the model says of each. */
  answers: Answers;
  /** The names of fields that the model has said nothing of, where there are such: their values are `null`. */
  missing?: string[];
  /** Was the text too long, and its end not read? */
  truncated: boolean;
  /** The text as the model has read it, where `options.return_state_text` asks for it. */
  stateText?: string;
  /** What it cost, where the service says it. */
  usage?: ExtractionUsage;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Extracts typed fields from a text, with how sure the model is of each and where it stands. With a schema in the place of fields the result has `object` as
   * well, checked and converted by the schema.
   *
   * @param input `state`, the text, and `fields`: `{ type: "text" | "number" | "date" | "time" | "datetime" | "duration" | "list" | "estimate" | "forecast",
   *   instructions?, … }` by name. Estimates and forecasts need `min` and `max`
   * @throws {WorkersAIError} `INVALID_INPUT` with the `field`, before anything is sent: a name, a bound, a property of the schema that no field can be; `NO_OBJECT`
   *   where the values do not fit the schema; `TOO_LARGE` above 65,536 tokens
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
      /** The values by the schema, those that the text lacks left out. */
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
