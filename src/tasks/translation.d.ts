/** What {@link WorkersAI.translate} takes. The languages have the same names for every model. */
export type TranslateInput<
  Text extends string | readonly string[] = string | readonly string[],
  Model extends string = string,
> = ParametersOf<Model, object> & {
  /** A text, or several. */
  text: Text;
  /** The language of the text, such as `"en"`. Default: `"en"`. */
  source_lang?: string | undefined;
} & (
    | {
        /** The language to translate into: `"es"`, or, for IndicTrans2, a name with its script, such as `"hin_Deva"`. */
        target_lang: string;
      }
    | {
        /** The same, as IndicTrans2 itself calls it. */
        target_language: string;
      }
  );

/** A translation. */
export interface TranslateResult {
  /** The translation. */
  text: string;
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

/** Translations, in the order of the texts. */
export interface TranslateManyResult {
  /** The translations. */
  texts: string[];
  /** What the service said. */
  raw: any;
  /** How the answer came about. */
  meta: Meta;
}

/** What {@link WorkersAI.translate} had of several texts when it failed: `partial` of the error. */
export interface TranslatePartial {
  /** The translations of the first texts, up to the one that failed. */
  texts: string[];
}

export interface WorkersAI {
  /**
   * Translates a text, or several. A model that takes one text at a time is asked several times.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}. If one request of several fails, `partial` is a
   *   {@link TranslatePartial}: go on with the texts behind those
   *
   * @example
   * ```ts
   * const { text } = await ai.translate("@cf/meta/m2m100-1.2b", { text: "Good morning", target_lang: "es" });
   * ```
   */
  translate<
    const Model extends OfferedModels["translate"] | (string & {}),
    Text extends string | readonly string[],
  >(
    model: Model & ServedBy<"translate", Model>,
    input: TranslateInput<Text, Model>,
    options?: CallOptions,
  ): Promise<Text extends string ? TranslateResult : TranslateManyResult>;
}
