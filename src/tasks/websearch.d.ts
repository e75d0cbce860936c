/**
 * The options of `webSearch`, in addition to those of every call. The gateway is that of the call or the
 * client, else the account's default one.
 */
export interface WebSearchOptions extends Omit<CallOptions, "fallback" | "resume"> {
  /** Maximum number of pages, 1 to 10. Default: 10. */
  limit?: number | undefined;
  /** The search provider. Default: `"ceramic"`. */
  provider?: "ceramic" | "exa" | "linkup" | undefined;
  /**
   * The alias of the provider key to use, of those that are stored in the gateway; without one the search is
   * billed by Cloudflare.
   */
  byokAlias?: string | undefined;
}

/** A web page. */
export interface WebPage {
  /** Its URL. */
  url: string;
  /** Its title; empty if it has none. */
  title: string;
  /** An excerpt for the query. */
  description?: string;
  /** An image of it. */
  imageUrl?: string;
  /** Its icon. */
  faviconUrl?: string;
  /** Its last modification, as it reports it. */
  lastModifiedDate?: string;
}

/** The results of a search. */
export interface WebSearchResult {
  /** The pages, best first. */
  results: WebPage[];
  /** The service's own answer. */
  raw: any;
  /** The metadata of the request. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Searches the web, through an AI Gateway. The token needs the permissions "Workers AI Read" and "AI
   * Gateway Read". A search is billed, so it is retried only after the service has rejected it by its rate
   * limit.
   *
   * @param query 1 to 1024 characters
   * @throws {WorkersAIError} `PAYMENT_REQUIRED` if there is neither a stored key nor credit, `INVALID_INPUT`,
   *   or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { results } = await ai.webSearch("llamas of the Andes", { limit: 3 });
   * for (const { title, url } of results) console.log(title, url);
   * ```
   */
  webSearch(query: string, options?: WebSearchOptions): Promise<WebSearchResult>;
  /**
   * A tool for `runTools` that searches the web: its argument is the query, its result the title, URL and
   * description of each page.
   *
   * @example
   * ```ts
   * const { text } = await ai.runTools("@cf/meta/llama-3.3-70b-instruct-fp8-fast", {
   *   prompt: "What is new about llamas?",
   *   tools: { web: ai.webSearchTool({ limit: 5 }) },
   * });
   * ```
   */
  webSearchTool(options?: WebSearchOptions): {
    description: string;
    input: {
      type: "object";
      properties: { query: { type: "string"; description: string } };
      required: ["query"];
    };
    execute(input: { query: string }, context?: { signal?: AbortSignal }): Promise<WebPage[]>;
  };
}
