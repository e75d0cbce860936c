/** A document. Its name's ending and its type say what it is. */
export interface MarkdownFile {
  /** Such as `"report.pdf"`. */
  name: string;
  /** Its content; a text is a data URL. */
  blob: BytesLike | Response | string;
}

/** How the images of a document are treated. */
export interface MarkdownImageOptions {
  /** Describe the images? */
  convert?: boolean;
  /** At most so many: 0 to 10. */
  maxConvertedImages?: number;
  /** The language of the descriptions. */
  descriptionLanguage?: "en" | "es" | "fr" | "it" | "pt" | "de";
}

/** How documents are converted. */
export interface MarkdownConversionOptions {
  output?: {
    /** Default: `"markdown"`. */
    format?: "markdown" | "text";
  };
  image?: { descriptionLanguage?: "en" | "es" | "fr" | "it" | "pt" | "de" };
  html?: {
    images?: MarkdownImageOptions & {
      /** Describe the page's preview image, too? */
      convertOGImage?: boolean;
    };
    /** What relative URLs are relative to. */
    hostname?: string;
    /** Take only this part of the page. */
    cssSelector?: string;
  };
  docx?: { images?: MarkdownImageOptions };
  pdf?: {
    images?: MarkdownImageOptions;
    /** Put the document's metadata in front? Default: `true`. */
    metadata?: boolean;
  };
}

/** The options of {@link ToMarkdown}. */
export interface MarkdownOptions extends CallOptions {
  conversionOptions?: MarkdownConversionOptions;
}

/** A document as Markdown, or why it could not be converted: one failure does not spoil the others. */
export type MarkdownResult =
  | {
      /** The service's id of the document. */
      id?: string;
      name: string;
      mimeType: string;
      format: "markdown" | "text";
      /** The text. */
      data: string;
      /** About how many tokens it has. */
      tokens: number;
      error?: undefined;
    }
  | { id?: string; name: string; mimeType: string; format: "error"; error: string; data?: undefined };

/** A kind of document that can be converted. */
export interface MarkdownFormat {
  /** With its dot: `".pdf"`. */
  extension: string;
  mimeType: string;
}

/** Documents to Markdown. */
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
  /** The kinds of documents that can be converted. */
  supported(options?: CallOptions): Promise<MarkdownFormat[]>;
}

export interface WorkersAI {
  /** Documents to Markdown: PDF, Office, HTML, images and more. Free, but for the descriptions of images. */
  readonly toMarkdown: ToMarkdown;
}
