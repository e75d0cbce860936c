/** A finetune. Language models accept its `name` or `id` as `lora`. */
export interface Finetune {
  id: string;
  name: string;
  /** The base model. */
  model: string;
  description?: string;
  public?: boolean;
  created_at: string;
  modified_at: string;
  [field: string]: unknown;
}

/** A filter for finetunes. */
export interface FinetuneFilter {
  /** List the public ones instead of the account's own. */
  public?: boolean;
  /** Maximum number; public ones only. */
  limit?: number;
  /** Number to skip; public ones only. */
  offset?: number;
  orderBy?: string;
}

/** A finetune to be created. */
export interface FinetuneDraft {
  model: ModelId;
  name: string;
  description?: string;
  /** Default: `false`. */
  public?: boolean;
}

/** One of a finetune's two files. */
export interface FinetuneAsset {
  name: "adapter_config.json" | "adapter_model.safetensors";
  /** Below 500 MB; a string is a data URL. */
  blob: BytesLike | Response | string;
}

/** Finetunes (LoRA adapters): at most 30 per account, rank 32 or less. Over HTTP only. */
export interface Finetunes {
  /** Lists finetunes. */
  list(filter?: FinetuneFilter, options?: CallOptions): Promise<Finetune[]>;
  /**
   * Creates a finetune; its files are uploaded with `upload`. The token needs the permission "Workers AI
   * Write".
   *
   * @example
   * ```ts
   * const { id } = await ai.finetunes.create({ model: "@cf/mistral/mistral-7b-instruct-v0.2-lora", name: "legalese" });
   * await ai.finetunes.upload(id, { name: "adapter_config.json", blob: config });
   * await ai.finetunes.upload(id, { name: "adapter_model.safetensors", blob: weights });
   * ```
   */
  create(draft: FinetuneDraft, options?: CallOptions): Promise<Finetune>;
  /** Uploads one of its files; it cannot be replaced. */
  upload(finetune: string, file: FinetuneAsset | File, options?: CallOptions): Promise<void>;
}

export interface WorkersAI {
  /** Finetunes. Over HTTP only: on the binding they fail with `CONFIG`. */
  readonly finetunes: Finetunes;
}
