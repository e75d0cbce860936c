/** How rows are compared. */
export type VectorMetric = "cosine" | "dot" | "euclidean";

/** What `VectorIndex` is made with. */
export interface VectorIndexOptions {
  /** Numbers per row. */
  dimensions: number;
  metric: VectorMetric;
}

/** A row that was found. */
export interface VectorMatch<Id extends number | string = number | string> {
  /** The row's number, unless it was given an id. */
  id: Id;
  score: number;
}

/** An exact search over rows of numbers, in WebAssembly. */
export class VectorIndex {
  constructor(options: VectorIndexOptions);
  /** How many rows there are. */
  readonly size: number;
  /** Adds rows, one after the other in one array. */
  add(rows: Float32Array, ids?: readonly (number | string)[]): void;
  /** The `k` nearest rows, best first. */
  search(query: Float32Array, k: number): VectorMatch[];
  /** Removes rows. */
  remove(ids: readonly (number | string)[]): void;
  /** All of it as bytes. */
  serialize(): Uint8Array;
  static deserialize(bytes: Uint8Array): VectorIndex;
  /** Gives the memory back. */
  free(): void;
  [Symbol.dispose](): void;
}
