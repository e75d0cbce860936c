/** A filter for models. */
export interface ModelFilter {
  /** The author, such as `"meta"`. */
  author?: string;
  /** The task's name. */
  task?:
    | "Automatic Speech Recognition"
    | "Image Classification"
    | "Image-to-Text"
    | "Object Detection"
    | "Summarization"
    | "Text Classification"
    | "Text Embeddings"
    | "Text Generation"
    | "Text-to-Image"
    | "Text-to-Speech"
    | "Translation"
    | "Voice Activity Detection"
    | (string & {});
  /** A substring of the name. */
  search?: string;
  /** `1`: Cloudflare's ids (`@cf/…`), `2`: Hugging Face's (`@hf/…`). */
  source?: number;
  /** Exclude experimental models. The service's own spelling, `hide_experimental`, is accepted as well. */
  hideExperimental?: boolean;
  hide_experimental?: boolean;
  /** Include deprecated ones, up to three months past their end. Not through the binding. */
  includeDeprecated?: boolean;
  include_deprecated?: boolean;
  /** Only this page, from 1. Default: all of them. */
  page?: number;
  /** Models per page. Default: 100. */
  perPage?: number;
  per_page?: number;
  /** Filters that the service may add. */
  [filter: string]: string | number | boolean | undefined;
}

/** A price of a model. */
export interface ModelPrice {
  /** Such as `"per M input tokens"`. */
  unit: string;
  price: number;
  /** Such as `"USD"`. */
  currency: string;
}

/** A property of a model: mostly text, but not always. */
export type ModelProperty =
  | { property_id: "price"; value: ModelPrice[] }
  | {
      property_id: "reasoning_effort";
      value: {
        supported_efforts?: string[];
        default_effort?: string;
        default_enabled?: boolean;
        mandatory?: boolean;
        normalizes_to?: Record<string, string>;
      };
    }
  | {
      /** Digits. */
      property_id: "context_window" | "max_input_tokens" | "output_dimensions";
      value: string;
    }
  | {
      property_id:
        | "async_queue"
        | "beta"
        | "function_calling"
        | "lora"
        | "partner"
        | "realtime"
        | "reasoning"
        | "require_workers_paid"
        | "vision";
      value: "true" | "false" | (string & {});
    }
  | { property_id: "info" | "languages" | "planned_deprecation_date" | "terms"; value: string }
  | { property_id: string & {}; value: string | unknown[] | JsonObject };

/** A model in the service's list, with additional properties in normalized types. */
export interface ModelInfo {
  /** A UUID. Methods accept `name`. */
  id: string;
  /** The model's id for every method: `@cf/…`. */
  name: string;
  /** `1` or `2`: Cloudflare's ids or Hugging Face's. */
  source: number;
  /** The service's description. */
  description: string;
  /** The task. */
  task: { id: string; name: string; description: string };
  /** The date of its release. */
  created_at?: string;
  /** Categories of the service. */
  tags: string[];
  /** Properties in the service's form. */
  properties: ModelProperty[];
  /** True if it is past its end. */
  deprecated?: boolean;
  /** Tokens of prompt and answer together. */
  contextWindow?: number;
  /** Tokens of one input. */
  maxInputTokens?: number;
  /** The length of a vector. */
  dimensions?: number;
  /** What it supports or requires; the same names as in `workers-ai-wasm/catalog`. */
  capabilities: (
    | "functionCalling"
    | "reasoning"
    | "vision"
    | "lora"
    | "batch"
    | "realtime"
    | "partner"
    | "beta"
    | "paidPlan"
  )[];
  /** Its languages. */
  languages?: string[];
  /** Its prices. */
  price?: ModelPrice[];
  /** The announced end, `YYYY-MM-DD`. */
  deprecatedOn?: string;
  [field: string]: unknown;
}

/** The models: an async iterable over all pages, or, awaited, an array. */
export interface ModelList extends AsyncIterable<ModelInfo>, PromiseLike<ModelInfo[]> {}

/** The input and output of a model, as JSON Schemas. */
export interface ModelSchema {
  input: JsonObject;
  output: JsonObject;
}

/** The service's own, live list of models. The one shipped with this package is `workers-ai-wasm/catalog`. */
export interface Models {
  /**
   * Lists models. Iteration requests pages on demand.
   *
   * @example
   * ```ts
   * for await (const { name } of ai.models.list({ task: "Text Embeddings" })) console.log(name);
   * const all = await ai.models.list();
   * ```
   */
  list(filter?: ModelFilter, options?: CallOptions): ModelList;
  /**
   * One model.
   *
   * @throws {WorkersAIError} `MODEL_NOT_FOUND`, or another {@link WorkersAIErrorCode}
   */
  get(model: ModelId, options?: CallOptions): Promise<ModelInfo>;
  /**
   * The input and output schemas of a model. Not through the binding.
   *
   * @throws {WorkersAIError} `CONFIG` on the binding, `MODEL_NOT_FOUND`, or another {@link WorkersAIErrorCode}
   */
  schema(model: ModelId, options?: CallOptions): Promise<ModelSchema>;
}

export interface WorkersAI {
  /** The service's own, live list of models. */
  readonly models: Models;
}
