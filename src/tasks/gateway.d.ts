/** An entry of a gateway's log. */
export interface GatewayLog {
  id: string;
  provider: string;
  model: string;
  model_type?: string;
  path: string;
  /** In milliseconds. */
  duration: number;
  request_type?: string;
  request_content_type?: string;
  status_code: number;
  response_content_type?: string;
  success: boolean;
  cached: boolean;
  tokens_in?: number;
  tokens_out?: number;
  metadata?: Record<string, string | number | boolean | null>;
  step?: number;
  cost?: number;
  custom_cost?: boolean;
  request_size: number;
  request_head?: string;
  request_head_complete: boolean;
  response_size: number;
  response_head?: string;
  response_head_complete: boolean;
  created_at: Date;
  [field: string]: unknown;
}

/** Annotations of an entry in a gateway's log. */
export interface GatewayLogPatch {
  score?: number | null;
  /** `1`: good, `-1`: bad. */
  feedback?: -1 | 1 | null;
  /** At most five entries. */
  metadata?: Record<string, string | number | boolean | null> | null;
}

/** One AI Gateway. */
export interface Gateway {
  /**
   * An entry of its log, by the `meta.gatewayLogId` of a result.
   *
   * @example
   * ```ts
   * const { meta } = await ai.generateText(model, prompt, { gateway: "mine" });
   * await ai.gateway("mine").patchLog(meta.gatewayLogId!, { feedback: 1 });
   * ```
   *
   * @throws {WorkersAIError} `NOT_FOUND`; `CONFIG` behind a `baseURL` that stands for `/ai` alone, since logs lie beside it
   */
  getLog(logId: string, options?: CallOptions): Promise<GatewayLog>;
  /** Annotates an entry of its log. */
  patchLog(logId: string, patch: GatewayLogPatch, options?: CallOptions): Promise<void>;
  /**
   * Its URL for a provider, such as `"workers-ai"` or `"openai"`. Default: the one for all of them. With a
   * `baseURL` the client needs `accountId` as well.
   */
  url(provider?: string): Promise<string>;
}

export interface WorkersAI {
  /** An AI Gateway, by its id. To send calls through a gateway, use their option `gateway`. */
  gateway(id: string): Gateway;
}
