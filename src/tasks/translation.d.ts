/** The input of {@link WorkersAI.translate}. The languages have the same names for every model. */
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
        /** IndicTrans2's name for it. */
        target_language: string;
      }
  );

/** A translation. */
export interface TranslateResult {
  /** The translation. */
  text: string;
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

/** Translations, in the order of the texts. */
export interface TranslateManyResult {
  /** The translations. */
  texts: string[];
  /** The raw response of the service. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

/**
 * The translations so far when {@link WorkersAI.translate} failed with several texts: `partial` of the error.
 */
export interface TranslatePartial {
  /** The translations of the first texts, up to the one that failed. */
  texts: string[];
}

export interface WorkersAI {
  /**
   * Translates one or several texts. A model that accepts a single text is called once for each.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, or another {@link WorkersAIErrorCode}. If one request of
   *   several fails, `partial` is a {@link TranslatePartial}: continue with the texts after those
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
