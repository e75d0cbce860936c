/** The options of a {@link VectorIndex}. */
export interface VectorIndexOptions {
  /** The length of each vector: 1 to 16384. */
  dimensions: number;
  /** How vectors are compared. */
  metric: "cosine" | "dot" | "euclidean";
}

/** A vector that was found. */
export interface VectorMatch<Metadata = any, Id = number | string> {
  /** Its id: the one that it was given, or else its row number. */
  id: Id;
  /** The similarity; for `"euclidean"` the distance, where less is better. */
  score: number;
  /** What was put beside it; absent if nothing was. */
  metadata?: Metadata;
}

/** A vector, or several one after the other, in one array. */
export type VectorNumbers = Float32Array | readonly number[];

/** What is added beside vectors. */
export interface VectorAddOptions<Metadata = any> {
  /** An id for each, none of them there already. Default: row numbers, counted on. */
  ids?: readonly (number | string)[] | undefined;
  /** Anything that JSON has, for each: a search gives it back with the id. It is serialized with the vectors. */
  metadata?: readonly Metadata[] | undefined;
}

/**
 * An index of vectors in memory, with exact search: fast enough for some hundred thousand vectors. It finds what a loop over all vectors in
 * 64-bit numbers finds, with the same scores and, of equal ones, the one that was added first. A vector takes 5 bytes a number, 4 for itself and
 * one for a coarse copy that most searches decide on.
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
  /** @throws {WorkersAIError} `INVALID_INPUT`, with the option at fault in `field` */
  constructor(options: VectorIndexOptions);
  /** How many vectors it holds. */
  readonly size: number;
  /** The length of each vector. */
  readonly dimensions: number;
  /** How vectors are compared. */
  readonly metric: "cosine" | "dot" | "euclidean";
  /**
   * Adds vectors; they are copied.
   *
   * @param rows as many numbers as `dimensions` times the vectors, one after the other; or an array of vectors
   * @param more ids, one for each, none of them there already; or ids and metadata
   * @throws {WorkersAIError} `INVALID_INPUT`; the index is as it was
   */
  add(
    rows: VectorNumbers | readonly VectorNumbers[],
    more?: readonly (number | string)[] | VectorAddOptions<Metadata>,
  ): void;
  /**
   * The vectors that are nearest to `query`, the best first.
   *
   * @param k at most so many
   * @throws {WorkersAIError} `INVALID_INPUT`
   */
  search(query: VectorNumbers, k: number): VectorMatch<Metadata>[];
  /**
   * Removes vectors.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` if one of them is not there; then none is removed
   */
  remove(ids: readonly (number | string)[]): void;
  /** All of it, for a file or a store. */
  serialize(): Uint8Array<ArrayBuffer>;
  /**
   * What has changed since the last `serialize` or `serializeChanges`, or since it was deserialized, to be appended to those bytes: all of it
   * the first time, no bytes if nothing has changed.
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
   * The index of the bytes that `serialize` gave, and of those of `serializeChanges` behind them.
   *
   * @throws {WorkersAIError} `INVALID_INPUT` if they are something else, or damaged
   */
  static deserialize<Metadata = any>(bytes: Uint8Array): VectorIndex<Metadata>;
  /** Gives its memory back. It cannot be used afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}
