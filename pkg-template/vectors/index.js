// The vector index as callers hold it: their ids, and the checks of what they give. The rows and the search are in the wasm.

import { failure, kindOf, named, refusal } from "../core.js";
import { pack, unpack } from "./format.js";
import { Ids } from "./ids.js";
import { Rows } from "./rows.js";
import { wasmFrom } from "./wasm.js";

/** Their places are the numbers of the wasm and of the serialised form. */
const METRICS = ["cosine", "dot", "euclidean"];
const MOST_DIMENSIONS = 16384;
const MOST_ROWS = 0xffffffff;

/** Frees what nobody has freed. */
const abandoned =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry((rows) => rows.close())
    : // Workers with a compatibility date before 2025-05-05 have none.
      { register() {}, unregister() {} };

/**
 * The class over a wasm. A call and not a class of its own, so that a bundler sees that what makes it has no other effect.
 *
 * @param {() => WebAssembly.Module | BufferSource} source
 */
export function vectorIndexOver(source) {
  class VectorIndex {
    #dimensions;
    #metric;
    #ids = new Ids();
    #rows;

    constructor(options) {
      const { dimensions, metric } = options ?? {};
      if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MOST_DIMENSIONS) {
        throw refusal("dimensions", `dimensions must be a whole number from 1 to ${MOST_DIMENSIONS}.`);
      }
      if (!METRICS.includes(metric)) {
        throw refusal("metric", `metric must be one of ${METRICS.map((name) => `"${name}"`).join(", ")}.`);
      }
      this.#dimensions = dimensions;
      this.#metric = METRICS.indexOf(metric);
      this.#rows = new Rows(wasmFrom(source), this.#metric, dimensions);
      abandoned.register(this, this.#rows, this);
    }

    get size() {
      return this.#rows.length;
    }

    get dimensions() {
      return this.#dimensions;
    }

    get metric() {
      return METRICS[this.#metric];
    }

    add(rows, ids) {
      this.#check();
      if (!isFloats(rows)) throw refusal("rows", `rows must be a Float32Array, not ${kindOf(rows)}.`);
      const count = rows.length / this.#dimensions;
      if (!Number.isInteger(count)) {
        throw refusal(
          "rows",
          `rows has ${rows.length} numbers, which is no multiple of the ${this.#dimensions} dimensions.`,
        );
      }
      if (this.size + count > MOST_ROWS) throw refusal("rows", `An index has at most ${MOST_ROWS} rows.`);
      const added = this.#ids.check(ids, count);
      this.#rows.add(rows, count);
      // Only now: a refusal leaves the index as it was.
      this.#ids.add(added);
    }

    search(query, k) {
      this.#check();
      if (!isFloats(query)) throw refusal("query", `query must be a Float32Array, not ${kindOf(query)}.`);
      if (query.length !== this.#dimensions) {
        throw refusal("query", `query has ${query.length} numbers, not the index's ${this.#dimensions}.`);
      }
      if (!Number.isInteger(k) || k < 1) throw refusal("k", "k must be a whole number from 1 on.");
      const place = query.findIndex((number) => !Number.isFinite(number));
      if (place >= 0)
        throw refusal("query", `query has ${query[place]} at ${place}: it must be finite numbers.`);
      return this.#rows.search(query, Math.min(k, this.size), (row, score) => ({
        id: this.#ids.of(row),
        score,
      }));
    }

    remove(ids) {
      this.#check();
      this.#rows.remove(this.#ids.remove(ids));
    }

    serialize() {
      this.#check();
      return pack({
        metric: this.#metric,
        dimensions: this.#dimensions,
        rows: this.#rows,
        ids: this.#ids.toJSON(),
      });
    }

    static deserialize(bytes) {
      const { metric, dimensions, rows, ids, checksum } = unpack(bytes, METRICS.length, MOST_DIMENSIONS);
      const index = new VectorIndex({ metric: METRICS[metric], dimensions });
      try {
        checksum(index.#rows);
        index.#ids = Ids.fromJSON(ids, rows.length / 4 / dimensions);
        index.#rows.addBytes(rows);
      } catch (error) {
        index.free();
        throw error;
      }
      return index;
    }

    free() {
      abandoned.unregister(this);
      this.#rows.close();
      this.#ids = new Ids();
    }

    #check() {
      if (this.#rows.isClosed) throw failure("INVALID_INPUT", "The index has been freed. Make a new one.");
    }
  }
  // A name of its own where the runtime has none yet.
  Object.defineProperty(VectorIndex.prototype, Symbol.dispose ?? Symbol.for("Symbol.dispose"), {
    value: VectorIndex.prototype.free,
    writable: true,
    configurable: true,
  });
  named({ VectorIndex });
  return VectorIndex;
}

/** By its tag: that holds across realms. */
const isFloats = (value) => Object.prototype.toString.call(value) === "[object Float32Array]";
