/** The options of `webSearch`, beside those of every call. The gateway is that of the call or the client, else the account's default one. */
export interface WebSearchOptions extends Omit<CallOptions, "fallback" | "resume"> {
  /** Pages at most, 1 to 10. Default: 10. */
  limit?: number | undefined;
  /** Who searches. Default: `"ceramic"`. */
  provider?: "ceramic" | "exa" | "linkup" | undefined;
  /** Of the provider's keys that are stored in the gateway, the one with this alias; without one the search is billed by Cloudflare. */
  byokAlias?: string | undefined;
}

/** A page of the web. */
export interface WebPage {
  /** Its address. */
  url: string;
  /** Its title; empty where it has none. */
  title: string;
  /** What it says about the query. */
  description?: string;
  /** A picture of it. */
  imageUrl?: string;
  /** Its icon. */
  faviconUrl?: string;
  /** When it was last changed, as far as it says. */
  lastModifiedDate?: string;
}

/** What a search has found. */
export interface WebSearchResult {
  /** The best page first. */
  results: WebPage[];
  /** The service's own answer. */
  raw: any;
  /** How it came about. */
  meta: Meta;
}

export interface WorkersAI {
  /**
   * Searches the web, by an AI Gateway. The token needs the permissions "Workers AI Read" and "AI Gateway Read". A search is billed, so it is
   * asked again only where the service has refused it for its rate.
   *
   * @param query 1 to 1024 characters
   * @throws {WorkersAIError} `PAYMENT_REQUIRED` where there is neither a stored key nor credit, `INVALID_INPUT`, or another {@link WorkersAIErrorCode}
   *
   * @example
   * ```ts
   * const { results } = await ai.webSearch("llamas of the Andes", { limit: 3 });
   * for (const { title, url } of results) console.log(title, url);
   * ```
   */
  webSearch(query: string, options?: WebSearchOptions): Promise<WebSearchResult>;
  /**
   * A tool for `runTools` that searches the web: the model says the query, and gets title, address and description of each page.
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
