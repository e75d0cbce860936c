/** The options of a {@link VectorIndex}. */
export interface VectorIndexOptions {
  /** The length of each vector: 1 to 16384. */
  dimensions: number;
  /** How vectors are compared. */
  metric: "cosine" | "dot" | "euclidean";
}

/** A vector that was found. */
export interface VectorMatch<Id = number | string> {
  /** Its id: the one that it was given, or else its row number. */
  id: Id;
  /** The similarity; for `"euclidean"` the distance, where less is better. */
  score: number;
}

/**
 * An index of vectors in memory, with exact search: fast enough for some hundred thousand vectors.
 *
 * @example
 * ```ts
 * const index = new VectorIndex({ dimensions: 768, metric: "cosine" });
 * const { data } = await ai.embedMany("@cf/baai/bge-base-en-v1.5", texts);
 * index.add(data);
 * const { rows } = await ai.embed("@cf/baai/bge-base-en-v1.5", "How do I cancel?");
 * for (const { id, score } of index.search(rows[0], 5)) console.log(score, texts[id as number]);
 * ```
 */
export class VectorIndex implements Disposable {
  /** @throws {WorkersAIError} `INVALID_INPUT`, with the option at fault in `field` */
  constructor(options: VectorIndexOptions);
  /** How many vectors it holds. */
  readonly size: number;
  /** The length of each vector. */
  readonly dimensions: number;
  /** How vectors are compared. */
  readonly metric: "cosine" | "dot" | "euclidean";
  /**
   * Adds vectors, one after the other in one array; they are copied.
   *
   * @param rows as many numbers as `dimensions` times the vectors
   * @param ids one for each, none of them there already. Default: row numbers, counted on
   * @throws {WorkersAIError} `INVALID_INPUT`; the index is as it was
   */
  add(rows: Float32Array, ids?: readonly (number | string)[]): void;
  /**
   * The vectors that are nearest to `query`, the best first.
   *
   * @param k at most so many
   * @throws {WorkersAIError} `INVALID_INPUT`
   */
  search(query: Float32Array, k: number): VectorMatch[];
  /**
   * Removes vectors.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` if one of them is not there; then none is removed
   */
  remove(ids: readonly (number | string)[]): void;
  /** All of it, for a file or a store. */
  serialize(): Uint8Array<ArrayBuffer>;
  /** @throws {WorkersAIError} `INVALID_INPUT` if they are not what `serialize` gives */
  static deserialize(bytes: Uint8Array): VectorIndex;
  /** Gives its memory back. It cannot be used afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}
