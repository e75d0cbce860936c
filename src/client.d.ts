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
   * Checks the options; sends nothing.
   *
   * @throws {WorkersAIError} `CONFIG`, with the option at fault in `field`
   */
  constructor(options?: ClientOptions);
  /** Gives its memory back. It cannot be used afterwards; calls and streams that are under way go on. A client that is dropped is freed by itself. */
  free(): void;
  [Symbol.dispose](): void;
}
