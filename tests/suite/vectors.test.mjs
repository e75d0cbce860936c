/** The vector index, as its users see it. The core's own tests compare its searches with a plain loop. */
import { deepEqual, equal, match, ok, throws } from "./assert.mjs";
import { test } from "./harness.mjs";

const rows = (...numbers) => Float32Array.from(numbers);
const SQUARE = rows(1, 0, 0, 1, -1, 0, 0, -1);
const make = (lib, metric = "cosine", dimensions = 2) => new lib.VectorIndex({ dimensions, metric });
const idsOf = (found) => found.map(({ id }) => id);

function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** What a plain loop finds. */
function plainly(metric, dimensions, all, query, k) {
  const found = [];
  for (let row = 0; row * dimensions < all.length; row++) {
    let dot = 0;
    let square = 0;
    let querySquare = 0;
    let apart = 0;
    for (let at = 0; at < dimensions; at++) {
      const [a, b] = [query[at], all[row * dimensions + at]];
      dot += a * b;
      square += b * b;
      querySquare += a * a;
      apart += (a - b) * (a - b);
    }
    const cosine = dot / (Math.sqrt(querySquare) * Math.sqrt(square));
    found.push({ id: row, score: { cosine, dot, euclidean: Math.sqrt(apart) }[metric] });
  }
  const sign = metric === "euclidean" ? -1 : 1;
  return found.sort((a, b) => sign * (b.score - a.score) || a.id - b.id).slice(0, k);
}

test("vectors: the same rows, order and scores as a plain loop", ({ lib }) => {
  const random = generator(1);
  for (const [dimensions, count] of [
    [3, 500],
    [768, 400],
    [1025, 150],
  ]) {
    const all = Float32Array.from({ length: dimensions * count }, random);
    const query = Float32Array.from({ length: dimensions }, random);
    for (const metric of ["cosine", "dot", "euclidean"]) {
      const index = make(lib, metric, dimensions);
      // In parts, one of them a view into something larger.
      const part = dimensions * 7;
      index.add(all.slice(0, part));
      index.add(all.subarray(part));
      equal(index.size, count);
      for (const k of [1, 10, count + 5])
        deepEqual(index.search(query, k), plainly(metric, dimensions, all, query, k));
      index.free();
    }
  }
});

test("vectors: ids", ({ lib }) => {
  const index = make(lib);
  index.add(SQUARE);
  deepEqual(idsOf(index.search(rows(1, 0), 4)), [0, 1, 3, 2]);
  index.add(rows(2, 0, 0, 3), ["east", -7.5]);
  deepEqual(idsOf(index.search(rows(1, 0), 2)), [0, "east"], "of equals the first row");
  index.remove([0, 3]);
  deepEqual(idsOf(index.search(rows(1, 0), 5)), ["east", 1, -7.5, 2]);
  index.add(rows(1, 0.001));
  deepEqual(idsOf(index.search(rows(1, 0), 2)), ["east", 6], "a row's number is never given twice");
  index.remove([]);
  index.remove(["east", 1, -7.5, 2, 6]);
  equal(index.size, 0);
  deepEqual(index.search(rows(1, 0), 5), []);
  index.add(rows(1, 1));
  deepEqual(idsOf(index.search(rows(1, 0), 5)), [7]);
});

test("vectors: the caller's arrays may change afterwards", ({ lib }) => {
  const index = make(lib);
  const numbers = rows(1, 0, 0, 1);
  const ids = ["a", "b"];
  index.add(numbers, ids);
  numbers.fill(9);
  ids[0] = "c";
  deepEqual(index.search(rows(1, 0), 1), [{ id: "a", score: 1 }]);
});

test("vectors: bytes and back", ({ lib }) => {
  const random = generator(2);
  for (const dimensions of [2, 5, 96]) {
    for (const metric of ["cosine", "dot", "euclidean"]) {
      const index = make(lib, metric, dimensions);
      const query = Float32Array.from({ length: dimensions }, random);
      const check = (what) => {
        const bytes = index.serialize();
        // Somewhere in a larger buffer, at an odd place.
        const odd = new Uint8Array(bytes.length + 9).subarray(3, 3 + bytes.length);
        odd.set(bytes);
        const copy = lib.VectorIndex.deserialize(odd);
        equal(copy.size, index.size);
        deepEqual([...copy.serialize()], [...bytes], what);
        deepEqual(copy.search(query, 5), index.search(query, 5), what);
        copy.add(query);
        equal(copy.size, index.size + 1);
        copy.free();
      };
      check("without rows");
      index.add(Float32Array.from({ length: dimensions * 40 }, random));
      check("without ids");
      index.add(Float32Array.from({ length: dimensions * 2 }, random), ["é", "\ud800"]);
      index.remove([0, 17]);
      check("with ids");
      index.free();
    }
  }
});

const joined = (parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

test("vectors: what has changed is enough", ({ lib }) => {
  const random = generator(3);
  const below = (bound) => Math.floor((random() + 0.5) * bound);
  for (const named of [false, true]) {
    const index = make(lib, "euclidean", 3);
    const parts = [];
    let ids = [];
    let next = 0;
    for (let step = 0; step < 40; step++) {
      for (let change = below(4); change > 0; change--) {
        if (below(3) === 0 && ids.length > 0) {
          const gone = ids.filter(() => below(4) === 0);
          index.remove(gone);
          ids = ids.filter((id) => !gone.includes(id));
        } else {
          const count = below(6);
          const numbers = Float32Array.from({ length: 3 * count }, random);
          const added = Array.from({ length: count }, (_, at) => (named ? `é${next + at}` : next + at));
          const metadata = added.map((id) => (below(2) === 0 ? { id } : undefined));
          index.add(numbers, named ? { ids: added, metadata } : { metadata });
          ids.push(...added);
          next += count;
        }
      }
      parts.push(index.serializeChanges());
      const copy = lib.VectorIndex.deserialize(joined(parts));
      equal(copy.size, ids.length);
      const query = [random(), random(), random()];
      const found = index.search(query, 50);
      deepEqual(copy.search(query, 50), found, `${step}`);
      // The copy goes on where the bytes end.
      copy.add([1, 2, 3], named ? ["more"] : undefined);
      const again = lib.VectorIndex.deserialize(joined([...parts, copy.serializeChanges()]));
      deepEqual(again.search(query, 50), copy.search(query, 50));
      copy.free();
      again.free();
    }
    equal(index.serializeChanges().length, 0, "nothing has changed");
    const whole = index.serialize();
    deepEqual([...lib.VectorIndex.deserialize(joined(parts)).serialize()].length, whole.length);
    const size = index.size;
    index.add([4, 5, 6], named ? ["last"] : undefined);
    const last = index.serializeChanges();
    ok(last.length < 200, `${last.length} bytes for one row`);
    equal(lib.VectorIndex.deserialize(joined([whole, last])).size, size + 1);
    // Changes fit to what was written before them, and to nothing else.
    const refused = (bytes) =>
      throws(() => lib.VectorIndex.deserialize(bytes), { code: "INVALID_INPUT", field: "bytes" });
    refused(joined([...parts, last]));
    refused(joined([whole, last, last]));
    refused(last);
    for (let at = 0; at < last.length; at++) {
      const damaged = last.slice();
      damaged[at] ^= 1;
      refused(joined([whole, damaged]));
      if (at > 0) refused(joined([whole, last.subarray(0, at)]));
    }
    index.free();
  }
});

test("vectors: damaged bytes are refused", ({ lib }) => {
  const index = make(lib);
  index.add(SQUARE, ["a", "b", "c", "d"]);
  const bytes = index.serialize();
  const refused = (value) =>
    throws(() => lib.VectorIndex.deserialize(value), { code: "INVALID_INPUT", field: "bytes" });
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [1, 128]) {
      const damaged = bytes.slice();
      damaged[at] ^= bit;
      refused(damaged);
    }
    refused(bytes.subarray(0, at));
  }
  refused(Uint8Array.of(...bytes, 0));
  refused("WAVX");
  refused(undefined);
});

test("vectors: refusals name the field and leave the index as it was", ({ lib }) => {
  for (const [field, options] of [
    ["dimensions", undefined],
    ["dimensions", { metric: "dot" }],
    ["dimensions", { dimensions: 0, metric: "dot" }],
    ["dimensions", { dimensions: 1.5, metric: "dot" }],
    ["dimensions", { dimensions: 1e9, metric: "dot" }],
    ["metric", { dimensions: 2 }],
    ["metric", { dimensions: 2, metric: "manhattan" }],
  ]) {
    throws(() => new lib.VectorIndex(options), { code: "INVALID_INPUT", field });
  }
  const index = make(lib);
  index.add(SQUARE, [0, "1", 2, "three"]);
  for (const [field, call, message] of [
    ["rows", () => index.add([1, "2"])],
    ["rows[1]", () => index.add([[1, 2], [3]])],
    ["rows[0]", () => index.add([new Float64Array(2)])],
    ["metadata", () => index.add(rows(1, 2), { metadata: [] })],
    ["metadata", () => index.add(rows(1, 2), { metadata: "x" })],
    ["metadata[0]", () => index.add(rows(1, 2), { metadata: [() => {}] })],
    ["rows", () => index.add(new Float64Array(2))],
    ["rows", () => index.add(rows(1, 2, 3))],
    ["rows", () => index.add(rows(1, 2, Number.NaN, 4))],
    ["rows", () => index.add(rows(1, 2, 3, Number.POSITIVE_INFINITY), ["x", "y"])],
    ["ids", () => index.add(rows(1, 2), "x")],
    ["ids", () => index.add(rows(1, 2), ["x", "y"])],
    ["ids", () => index.add(rows(1, 2), ["three"])],
    ["ids", () => index.add(rows(1, 2, 3, 4), ["x", "x"])],
    ["ids", () => index.add(rows(1, 2), [Number.NaN])],
    ["ids", () => index.add(rows(1, 2), [{}])],
    ["query", () => index.search(["a", 2], 1)],
    ["query", () => index.search(rows(1), 1)],
    ["query", () => index.search(rows(1, Number.NaN), 1)],
    ["k", () => index.search(rows(1, 2), 0)],
    ["k", () => index.search(rows(1, 2), -1)],
    ["k", () => index.search(rows(1, 2), 1.5)],
    ["k", () => index.search(rows(1, 2))],
    ["rows", () => index.add(throwing([1, 2]))],
    ["rows", () => index.add(throwing([[1, 2]]))],
    ["query", () => index.search(throwing([1, 2]), 1)],
    ["ids", () => index.add(rows(1, 2), throwingMember("ids"))],
    ["metadata", () => index.add(rows(1, 2), throwingMember("metadata"))],
    ["ids", () => index.remove("three")],
    ["ids", () => index.remove(["three", "3"])],
    ["ids", () => index.remove(["three", "three"])],
    ["ids", () => index.remove([1])],
    ["rows", () => index.add({ data: rows(1, 2), shape: [1, 2] }), /Its member data has them\.$/],
    [
      "rows",
      () => index.add({ vectors: [[1, 2]] }),
      /^rows must be a Float32Array or an array of numbers, not/,
    ],
    ["query", () => index.search({ data: rows(1, 2), shape: [1, 2] }, 1), /Its member data has them\.$/],
    ["rows[1]", () => index.add([[1, 2], [3]]), /^rows\[1\] has 1 numbers, not the index's 2\.$/],
    [
      "arguments",
      () => index.add(rows(1, 2), ["x"], [{}]),
      /^add takes 2 arguments: add\(rows, \{ ids, metadata \}\)\.$/,
    ],
    ["arguments", () => index.search(rows(1, 2), 1, {}), /^search takes 2 arguments: .*knows no filter/],
    [
      "arguments",
      () => index.remove("three", "one"),
      /^remove takes one argument: remove\(\["a", "b"\]\)\.$/,
    ],
  ]) {
    throws(call, { code: "INVALID_INPUT", field, ...(message ? { message } : {}) });
    equal(index.size, 4, String(call));
  }
  deepEqual(idsOf(index.search(rows(1, 0), 4)), [0, "1", "three", 2]);
  index.add(rows(5, 5), ["x"]);
  equal(index.size, 5);
});

/** A list whose first item throws when it is read. */
function throwing(list) {
  return new Proxy(list, {
    get(target, name) {
      if (name === "0") throw new Error("not now");
      return Reflect.get(target, name);
    },
  });
}

function throwingMember(name) {
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new Error("not now");
    },
  });
}

test("vectors: freed", ({ lib }) => {
  const index = make(lib);
  index.add(SQUARE);
  const other = make(lib);
  index.free();
  index.free();
  other.add(SQUARE, ["a", "b", "c", "d"]);
  equal(index.size, 0);
  for (const call of [
    () => index.add(SQUARE),
    () => index.search(rows(1, 0), 1),
    () => index.remove([0]),
    () => index.serialize(),
    () => index.serializeChanges(),
  ]) {
    throws(call, { code: "INVALID_INPUT" });
  }
  equal(idsOf(other.search(rows(1, 0), 1))[0], "a");
  if (Symbol.dispose !== undefined) {
    other[Symbol.dispose]();
    throws(() => other.search(rows(1, 0), 1), { code: "INVALID_INPUT" });
  }
  ok(make(lib).size === 0);
});

test("vectors: plain arrays, arrays of vectors, metadata beside them", ({ lib }) => {
  const index = new lib.VectorIndex({ dimensions: 2, metric: "dot" });
  index.add([1, 0], { metadata: [{ text: "east" }] });
  index.add([rows(0, 1), [-1, 0]], { ids: ["north", 7], metadata: ["up", undefined] });
  index.add([[0, -1]]);
  deepEqual(index.search([1, 0], 1), [{ id: 0, score: 1, metadata: { text: "east" } }]);
  deepEqual(index.search(rows(0, 1), 1), [{ id: "north", score: 1, metadata: "up" }]);
  deepEqual(index.search([-1, 0], 1), [{ id: 7, score: 1 }]);
  const copy = lib.VectorIndex.deserialize(index.serialize());
  for (const one of [index, copy]) {
    deepEqual(one.search([0, 1], 1)[0].metadata, "up");
    one.remove(["north"]);
    one.add([0, 5], ["north"]);
    deepEqual(one.search([0, 1], 1), [{ id: "north", score: 5 }], "a removed row takes its metadata along");
    one.free();
  }
});

test("vectors: a misspelt option is found", ({ lib }) => {
  for (const [options, meant] of [
    [{ dimension: 2, metric: "dot" }, "dimensions"],
    [{ dimensions: 2, Metric: "dot" }, "metric"],
  ]) {
    const error = throws(() => new lib.VectorIndex(options), { code: "INVALID_INPUT" });
    ok(error.message.endsWith(`did you mean ${meant}?`), error.message);
  }
});

test("vectors: slips of what is added, and of how many are sought, are refused", ({ lib }) => {
  const index = make(lib);
  for (const [more, field, meant] of [
    [{ id: ["a"] }, "id", /did you mean ids\?/],
    [{ metadatas: [1] }, "metadatas", /did you mean metadata\?/],
    [{ meta: [1] }, "meta", /did you mean metadata\?/],
    [{ something: 1 }, "something", /There are ids, metadata/],
  ])
    throws(() => index.add(rows(1, 0), more), { code: "INVALID_INPUT", field, message: meant });
  equal(index.size, 0);
  index.add(rows(1, 0), { ids: ["a"] });
  throws(() => index.search(rows(1, 0), { k: 1 }), { code: "INVALID_INPUT", field: "k" });
  deepEqual(idsOf(index.search(rows(1, 0), 1)), ["a"]);
  const fields = { code: "INVALID_INPUT", field: "arguments" };
  match(throws(() => index.search(rows(1, 0), 1, { filter: {} }), fields).message, /search\(query, k\)/);
  match(throws(() => index.add(rows(1, 0), ["b"], [{ a: 1 }]), fields).message, /\{ ids, metadata \}/);
  match(throws(() => index.remove("a", "b"), fields).message, /remove\(\["a", "b"\]\)/);
  deepEqual(idsOf(index.search(rows(1, 0), 1, undefined)), ["a"]);
  equal(index.size, 1);
});
