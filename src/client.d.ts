/**
 * A client for Cloudflare Workers AI, with the same methods and results through every door.
 *
 * @example In a Worker
 * ```ts
 * const ai = new WorkersAI({ binding: env.AI });
 * ```
 * @example In Node, Deno or Bun; without options it reads CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN
 * ```ts
 * const ai = new WorkersAI();
 * ```
 * @example In a web page, in front of a proxy of your own
 * ```ts
 * const ai = new WorkersAI({ baseURL: "/ai" });
 * ```
 */
export class WorkersAI {
  /**
   * Validates the options; sends nothing.
   *
   * @throws {WorkersAIError} `CONFIG`, with the invalid option in `field`
   */
  constructor(options?: ClientOptions);

  /**
   * Frees the client's memory now instead of at garbage collection. Pending calls and streams continue; later
   * calls are rejected with `CONFIG`. Repeated calls are ignored.
   */
  free(): void;
  [Symbol.dispose](): void;
}
