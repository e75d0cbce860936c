/** The options of a {@link VectorIndex}. */
export interface VectorIndexOptions {
  /** The length of each vector: 1 to 16384. */
  dimensions: number;
  /** The metric. */
  metric: "cosine" | "dot" | "euclidean";
}

/** A search result. */
export interface VectorMatch<Metadata = any, Id = number | string> {
  /** Its id: the one that was passed to `add`, or its row number. */
  id: Id;
  /** The similarity; for `"euclidean"` the distance, where less is better. */
  score: number;
  /** Its metadata; absent if none was added. */
  metadata?: Metadata;
}

/** A vector, or several concatenated ones, in one array. */
export type VectorNumbers = Float32Array | readonly number[];

/** Ids and metadata of the added vectors. */
export interface VectorAddOptions<Metadata = any> {
  /** An id for each, none of them in use. Default: consecutive row numbers. */
  ids?: readonly (number | string)[] | undefined;
  /** A JSON value for each: a search returns it with the id. It is serialized with the vectors. */
  metadata?: readonly Metadata[] | undefined;
}

/**
 * An index of vectors in memory, with exact search: fast enough for some hundred thousand vectors. Its
 * results are those of a loop over all vectors with 64-bit numbers: the same scores and, for equal ones, the
 * vector that was added first. A vector takes 5 bytes per number: 4 for itself, and one for a quantised copy
 * that decides most comparisons.
 *
 * @example
 * ```ts
 * const index = new VectorIndex({ dimensions: 768, metric: "cosine" });
 * const { data } = await ai.embedMany("@cf/baai/bge-base-en-v1.5", texts);
 * index.add(data, { metadata: texts.map((text) => ({ text })) });
 * const { vector } = await ai.embed("@cf/baai/bge-base-en-v1.5", "How do I cancel?");
 * for (const { score, metadata } of index.search(vector, 5)) console.log(score, metadata.text);
 * ```
 */
export class VectorIndex<Metadata = any> implements Disposable {
  /** @throws {WorkersAIError} `INVALID_INPUT`, with the invalid option in `field` */
  constructor(options: VectorIndexOptions);
  /** The number of vectors. */
  readonly size: number;
  /** The length of each vector. */
  readonly dimensions: number;
  /** The metric. */
  readonly metric: "cosine" | "dot" | "euclidean";
  /**
   * Adds copies of vectors.
   *
   * @param rows the numbers of the vectors, concatenated; or an array of vectors
   * @param more ids, one for each, none of them in use; or ids and metadata
   * @throws {WorkersAIError} `INVALID_INPUT`; the index is unchanged then
   */
  add(
    rows: VectorNumbers | readonly VectorNumbers[],
    more?: readonly (number | string)[] | VectorAddOptions<Metadata>,
  ): void;
  /**
   * Returns the vectors that are nearest to `query`, the best first.
   *
   * @param k the maximum number of results
   * @throws {WorkersAIError} `INVALID_INPUT`
   */
  search(query: VectorNumbers, k: number): VectorMatch<Metadata>[];
  /**
   * Removes vectors.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` if an id does not exist; then none is removed
   */
  remove(ids: readonly (number | string)[]): void;
  /** Serializes the index, for a file or a store. */
  serialize(): Uint8Array<ArrayBuffer>;
  /**
   * Serializes the changes since the last `serialize` or `serializeChanges`, or since deserialization, to be
   * appended to those bytes: everything the first time, no bytes without changes.
   *
   * @example
   * ```ts
   * import { appendFile, readFile } from "node:fs/promises";
   *
   * const index = VectorIndex.deserialize(await readFile("notes.index"));
   * index.add(vector, { ids: ["new"], metadata: [{ text: "…" }] });
   * await appendFile("notes.index", index.serializeChanges());
   * ```
   */
  serializeChanges(): Uint8Array<ArrayBuffer>;
  /**
   * Restores the index from the bytes of `serialize`, followed by those of any number of `serializeChanges`.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` if the bytes are anything else, or damaged
   */
  static deserialize<Metadata = any>(bytes: Uint8Array): VectorIndex<Metadata>;
  /** Frees its memory. The index cannot be used afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}
