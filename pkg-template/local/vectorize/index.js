// A local Vectorize index: the binding's interface over the client's `VectorIndex`, whose search is exact.
// It is kept in memory and, with `path`, in a file to which each change is appended.

import { checkFolder, checkNames, statsOf } from "../known-options.js";
import { importNodeOnly } from "../node-only.js";
import { bytesOf } from "./bytes.js";
import { compiled } from "./filter.js";

const METRICS = { cosine: "cosine", euclidean: "euclidean", "dot-product": "dot" };
/** Limits of the service. */
const MOST_DIMENSIONS = 1536;
const MOST_VECTORS = 1000;
const MOST_IDS = 20;
const MOST_MATCHES = 100;
const MOST_MATCHES_WHOLE = 50;
const LONGEST_ID = 64;
const LARGEST_METADATA = 10 * 1024;
const DEFAULT_MATCHES = 5;

export class LocalVectorize {
  #dimensions;
  #metric;
  #ready;
  /** Whole vectors by id. */
  #vectors = new Map();
  #index;
  #log;
  #lastMutation = null;
  #lastAt = null;

  /** @param {{ dimensions: number, metric?: "cosine" | "euclidean" | "dot-product", path?: string }} options */
  constructor(options) {
    checkNames(options, ["dimensions", "metric", "path"], "createLocalVectorize");
    const { dimensions, metric = "cosine", path } = options ?? {};
    if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > MOST_DIMENSIONS)
      throw new TypeError(`dimensions: a whole number from 1 to ${MOST_DIMENSIONS}`);
    if (!Object.hasOwn(METRICS, metric))
      throw new TypeError(`metric: one of ${Object.keys(METRICS).join(", ")}`);
    if (path !== undefined) checkPath(path);
    this.#dimensions = dimensions;
    this.#metric = metric;
    this.#ready = this.#open(path);
    // The first method rejects with the same error.
    this.#ready.catch(() => {});
  }

  /** Adds vectors; existing ids are left unchanged. */
  async insert(vectors) {
    await this.#ready;
    const checked = this.#check(vectors, "VECTOR_INSERT_ERROR");
    return this.#put(checked.filter(({ id }) => !this.#vectors.has(id)));
  }

  /** Adds vectors; existing ids are replaced. */
  async upsert(vectors) {
    await this.#ready;
    return this.#put(this.#check(vectors, "VECTOR_UPSERT_ERROR"));
  }

  async deleteByIds(ids) {
    await this.#ready;
    checkIds(ids, "VECTOR_DELETE_ERROR");
    const there = [...new Set(ids)].filter((id) => this.#vectors.has(id));
    this.#remove(there);
    return this.#changed({ remove: there });
  }

  async getByIds(ids) {
    await this.#ready;
    checkIds(ids, "VECTOR_GET_ERROR");
    if (ids.length > MOST_IDS) throw failure("VECTOR_GET_ERROR", `at most ${MOST_IDS} ids at once`);
    return ids.flatMap((id) => (this.#vectors.has(id) ? [whole(this.#vectors.get(id))] : []));
  }

  /** The nearest vectors, best first. */
  async query(vector, options = {}) {
    await this.#ready;
    const values = numbersOf(vector);
    if (values?.length !== this.#dimensions)
      throw failure(
        "VECTOR_QUERY_ERROR",
        `invalid query vector, expected ${this.#dimensions} dimensions, and got ${values?.length ?? 0} dimensions`,
      );
    checkMembers(options, QUERY, "VECTOR_QUERY_ERROR", "the options of query");
    const { topK = DEFAULT_MATCHES, namespace, filter, returnValues = false } = options;
    checkNamespace(namespace, "VECTOR_QUERY_ERROR");
    if (typeof returnValues !== "boolean")
      throw failure("VECTOR_QUERY_ERROR", "returnValues is true or false");
    const metadata = options.returnMetadata === true ? "all" : options.returnMetadata || "none";
    if (!["all", "indexed", "none"].includes(metadata))
      throw failure("VECTOR_QUERY_ERROR", "returnMetadata is one of all, indexed, none");
    const most = returnValues || metadata === "all" ? MOST_MATCHES_WHOLE : MOST_MATCHES;
    if (!Number.isInteger(topK) || topK < 1 || topK > most)
      throw failure("VECTOR_QUERY_ERROR", `topK must be from 1 to ${most}`);
    const matchesFilter = compiled(filter);
    const isIncluded = ({ id }) => {
      const found = this.#vectors.get(id);
      return (
        (namespace === undefined || found.namespace === namespace) && matchesFilter(found.metadata ?? {})
      );
    };
    const matches = this.#search(values, topK, isIncluded).map(({ id, score }) => {
      const found = this.#vectors.get(id);
      return {
        id,
        // The similarity of a vector to itself may exceed 1 by rounding.
        score: this.#metric === "cosine" ? Math.min(1, Math.max(-1, score)) : score,
        ...(found.namespace === undefined ? {} : { namespace: found.namespace }),
        ...(returnValues ? { values: [...found.values] } : {}),
        ...(metadata !== "none" && found.metadata ? { metadata: found.metadata } : {}),
      };
    });
    return { count: matches.length, matches };
  }

  /** Searches by the vector of an existing id. */
  async queryById(id, options) {
    await this.#ready;
    checkIds([id], "VECTOR_QUERY_ERROR");
    const found = this.#vectors.get(id);
    if (!found) throw failure("VECTOR_QUERY_ERROR", `no vector with id "${id}"`);
    return this.query(found.values, options);
  }

  async describe() {
    await this.#ready;
    return {
      vectorCount: this.#vectors.size,
      dimensions: this.#dimensions,
      processedUpToDatetime: this.#lastAt,
      processedUpToMutation: this.#lastMutation,
    };
  }

  /** Writes what is pending, closes the file and frees the memory. */
  async close() {
    await this.#ready.catch(() => {});
    await this.#log?.close();
    this.#index?.free();
  }

  async #open(path) {
    const { VectorIndex } = await import("workers-ai-wasm");
    this.#index = new VectorIndex({ dimensions: this.#dimensions, metric: METRICS[this.#metric] });
    if (path === undefined) return;
    const { openLog } = await importNodeOnly("./node/vector-log.js");
    const { entries, log } = await openLog(path, { dimensions: this.#dimensions, metric: this.#metric });
    for (const { put = [], remove = [], mutation, at } of entries) {
      this.#store(put.map((vector) => ({ ...vector, values: Float32Array.from(vector.values) })));
      this.#remove(remove.filter((id) => this.#vectors.has(id)));
      [this.#lastMutation, this.#lastAt] = [mutation, at];
    }
    this.#log = log;
  }

  /**
   * The first `topK` matches that pass the filter. The number of rows that have to be searched depends on
   * the matches.
   */
  #search(values, topK, isIncluded) {
    if (this.#index.size === 0) return [];
    for (let k = topK; ; k *= 8) {
      const found = this.#index.search(values, Math.min(k, this.#index.size));
      const matches = found.filter(isIncluded);
      if (matches.length >= topK || found.length < k) return matches.slice(0, topK);
    }
  }

  #check(vectors, code) {
    if (!Array.isArray(vectors)) throw failure(code, "vectors must be an array");
    if (vectors.length > MOST_VECTORS) throw failure(code, `at most ${MOST_VECTORS} vectors at once`);
    return vectors.map((vector) => {
      checkMembers(vector, VECTOR, code, "a vector");
      const { id, namespace, metadata } = vector;
      const values = numbersOf(vector.values);
      if (typeof id !== "string" || id === "" || bytesOf(id) > LONGEST_ID)
        throw failure(code, `an id must be a text of 1 to ${LONGEST_ID} bytes`);
      if (values?.length !== this.#dimensions)
        throw failure(
          code,
          `invalid vector for id="${id}", expected ${this.#dimensions} dimensions, and got ${values?.length ?? 0} dimensions`,
        );
      checkNamespace(namespace, code);
      if (
        metadata !== undefined &&
        (typeof metadata !== "object" || metadata === null || Array.isArray(metadata))
      )
        throw failure(code, `metadata for id="${id}" must be an object`);
      if (metadata !== undefined && bytesOf(JSON.stringify(metadata)) > LARGEST_METADATA)
        throw failure(code, `metadata for id="${id}" must be at most ${LARGEST_METADATA} bytes`);
      return {
        id,
        values,
        ...(namespace === undefined ? {} : { namespace }),
        ...(metadata === undefined ? {} : { metadata: structuredClone(metadata) }),
      };
    });
  }

  #put(vectors) {
    this.#store(vectors);
    return this.#changed({ put: vectors.map((vector) => ({ ...vector, values: [...vector.values] })) });
  }

  /** If an id is repeated, the last vector counts. */
  #store(vectors) {
    const last = [...new Map(vectors.map((vector) => [vector.id, vector])).values()];
    this.#remove(last.map(({ id }) => id).filter((id) => this.#vectors.has(id)));
    if (last.length === 0) return;
    this.#index.add(
      last.map(({ values }) => values),
      last.map(({ id }) => id),
    );
    for (const vector of last) this.#vectors.set(vector.id, vector);
  }

  #remove(ids) {
    if (ids.length > 0) this.#index.remove(ids);
    for (const id of ids) this.#vectors.delete(id);
  }

  async #changed(change) {
    const mutationId = crypto.randomUUID();
    [this.#lastMutation, this.#lastAt] = [mutationId, new Date().toISOString()];
    const isEmpty = (change.put ?? change.remove).length === 0;
    if (!isEmpty) await this.#log?.append({ ...change, mutation: mutationId, at: this.#lastAt });
    return { mutationId };
  }
}

const failure = (code, text) => new Error(`${code}: ${text}`);

function checkIds(ids, code) {
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === "string"))
    throw failure(code, "ids must be an array of texts");
}

function checkNamespace(namespace, code) {
  if (namespace !== undefined && (typeof namespace !== "string" || bytesOf(namespace) > LONGEST_ID))
    throw failure(code, `a namespace must be a text of at most ${LONGEST_ID} bytes`);
}

const VECTOR = ["id", "values", "namespace", "metadata"];
const QUERY = ["topK", "namespace", "returnValues", "returnMetadata", "filter"];

/** The service ignores unknown options; here a misspelling is reported. */
function checkMembers(object, known, code, what) {
  if (typeof object !== "object" || object === null) throw failure(code, `${what}: an object is needed`);
  const unknown = Object.keys(object).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw failure(code, `${unknown.slice(0, 60)} is no member of ${what}. There are ${known.join(", ")}`);
}

/** Checks the file, so that an error is reported here instead of by the first call. */
function checkPath(path) {
  if (typeof path !== "string" || path === "") throw new TypeError("path: the path of a file");
  if (statsOf(path)?.isDirectory()) throw new TypeError(`path: "${path}" is a folder, not a file`);
  checkFolder("path", path.replace(/[^/\\]*$/, "") || ".");
}

function numbersOf(values) {
  if (values instanceof Float32Array) return finite(values);
  if (values instanceof Float64Array) return finite(Float32Array.from(values));
  // Strings would be converted to numbers.
  if (!Array.isArray(values) || !values.every((value) => typeof value === "number")) return undefined;
  return finite(Float32Array.from(values));
}

const finite = (numbers) => (numbers.every(Number.isFinite) ? numbers : undefined);

const whole = ({ id, values, namespace, metadata }) => ({
  id,
  values: [...values],
  ...(namespace === undefined ? {} : { namespace }),
  ...(metadata === undefined ? {} : { metadata }),
});
