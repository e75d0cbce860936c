/** A document. The extension of its name and its type determine its format. */
export interface MarkdownFile {
  /** Such as `"report.pdf"`. */
  name: string;
  /** Its content; a string is a data URL. */
  blob: BytesLike | Response | string;
}

/** The conversion of images in a document. */
export interface MarkdownImageOptions {
  /** True to describe images. */
  convert?: boolean;
  /** Maximum number of images: 0 to 10. */
  maxConvertedImages?: number;
  /** The language of the descriptions. */
  descriptionLanguage?: "en" | "es" | "fr" | "it" | "pt" | "de";
}

/** Conversion options by format. */
export interface MarkdownConversionOptions {
  output?: {
    /** Default: `"markdown"`. */
    format?: "markdown" | "text";
  };
  image?: { descriptionLanguage?: "en" | "es" | "fr" | "it" | "pt" | "de" };
  html?: {
    images?: MarkdownImageOptions & {
      /** True to describe the page's preview image, too. */
      convertOGImage?: boolean;
    };
    /** The base of relative URLs. */
    hostname?: string;
    /** Convert only this part of the page. */
    cssSelector?: string;
  };
  docx?: { images?: MarkdownImageOptions };
  pdf?: {
    images?: MarkdownImageOptions;
    /** True to prepend the document's metadata. Default: `true`. */
    metadata?: boolean;
  };
}

/** The options of {@link ToMarkdown}. */
export interface MarkdownOptions extends CallOptions {
  conversionOptions?: MarkdownConversionOptions;
}

/**
 * A document as Markdown, or the reason why it could not be converted: one failure does not affect the
 * others.
 */
export type MarkdownResult =
  | {
      /** The service's id of the document. */
      id?: string;
      name: string;
      mimeType: string;
      format: "markdown" | "text";
      /** The text. */
      data: string;
      /** Approximate number of its tokens. */
      tokens: number;
      error?: undefined;
    }
  | { id?: string; name: string; mimeType: string; format: "error"; error: string; data?: undefined };

/** A document format that can be converted. */
export interface MarkdownFormat {
  /** Includes the dot: `".pdf"`. */
  extension: string;
  mimeType: string;
}

/** Converts documents to Markdown. */
export interface ToMarkdown {
  /**
   * Converts a document.
   *
   * @throws {WorkersAIError} `INVALID_INPUT`, `TOO_LARGE`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const result = await ai.toMarkdown({ name: "report.pdf", blob: await (await fetch(url)).blob() });
   * if (result.format !== "error") console.log(result.data);
   * ```
   */
  (file: MarkdownFile | File, options?: MarkdownOptions): Promise<MarkdownResult>;
  /** Converts several documents in one request; the results are in their order. */
  (files: readonly (MarkdownFile | File)[], options?: MarkdownOptions): Promise<MarkdownResult[]>;
  /** Lists the document formats that can be converted. */
  supported(options?: CallOptions): Promise<MarkdownFormat[]>;
}

export interface WorkersAI {
  /**
   * Converts documents to Markdown: PDF, Office, HTML, images and more. Free, except for the descriptions of
   * images.
   */
  readonly toMarkdown: ToMarkdown;
}
