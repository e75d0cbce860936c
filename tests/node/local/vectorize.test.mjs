// A Vectorize index on this machine, as a Worker uses its binding.

import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { createLocalAI, createLocalVectorize } from "workers-ai-local";

let folder;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "vectorize-"));
});
after(() => rm(folder, { recursive: true, force: true }));

const THREE = [
  { id: "a", values: [1, 0, 0], metadata: { kind: "book", price: 10, at: { shop: "x" } } },
  { id: "b", values: [0, 1, 0], metadata: { kind: "film", price: 20 }, namespace: "n" },
  { id: "c", values: [0.9, 0.1, 0], metadata: { kind: "book", price: 30, "at.shop": "y" } },
];
const filled = async (options) => {
  const index = createLocalVectorize({ dimensions: 3, ...options });
  await index.upsert(THREE);
  return index;
};
const ids = ({ matches }) => matches.map(({ id }) => id);

/** The Worker of the documentation's introduction. */
const worker = {
  async fetch(request, env) {
    const path = new URL(request.url).pathname;
    if (path.startsWith("/favicon")) return new Response("", { status: 404 });
    if (path === "/insert") {
      const stories = [
        "This is a story about an orange cloud",
        "This is a story about a llama",
        "This is a story about a hugging emoji",
      ];
      const modelResp = await env.AI.run("@cf/baai/bge-base-en-v1.5", { text: stories });
      const vectors = [];
      let id = 1;
      modelResp.data.forEach((vector) => {
        vectors.push({ id: `${id}`, values: vector });
        id++;
      });
      const inserted = await env.VECTORIZE.upsert(vectors);
      return Response.json(inserted);
    }
    const userQuery = "orange cloud";
    const queryVector = await env.AI.run("@cf/baai/bge-base-en-v1.5", { text: [userQuery] });
    const matches = await env.VECTORIZE.query(queryVector.data[0], { topK: 1 });
    return Response.json({ matches });
  },
};

test("the documentation's Worker, offline", async () => {
  const env = {
    AI: createLocalAI({ engine: "stand-in", env: {} }),
    VECTORIZE: createLocalVectorize({ dimensions: 768, metric: "cosine" }),
  };
  const ask = async (path) => (await worker.fetch(new Request(`http://worker${path}`), env)).json();
  assert.match((await ask("/insert")).mutationId, /^[0-9a-f-]{36}$/);
  const { matches } = await ask("/");
  assert.equal(matches.count, 1);
  assert.equal(matches.matches[0].id, "1");
});

test("query: best first, with what was asked for", async () => {
  const index = await filled();
  const found = await index.query([1, 0, 0], { topK: 2, returnValues: true, returnMetadata: "all" });
  assert.deepEqual(ids(found), ["a", "c"]);
  assert.equal(found.count, 2);
  assert.deepEqual(found.matches[0].values, [1, 0, 0]);
  assert.equal(found.matches[0].metadata.kind, "book");
  assert.ok(Math.abs(found.matches[0].score - 1) < 1e-6);
  const [bare] = (await index.query(Float32Array.of(0, 1, 0), { topK: 1 })).matches;
  assert.deepEqual(Object.keys(bare), ["id", "score", "namespace"]);
  assert.deepEqual(ids(await index.queryById("c", { topK: 1 })), ["c"]);
});

test("no cosine is beyond one", async () => {
  const index = createLocalVectorize({ dimensions: 3 });
  await index.insert([{ id: "1", values: [32.4, 74.1, 3.2] }]);
  const [{ score }] = (await index.queryById("1", { topK: 1 })).matches;
  assert.equal(score, 1);
  await index.close();
});

test("the other metrics", async () => {
  const near = await filled({ metric: "euclidean" });
  assert.deepEqual(ids(await near.query([1, 0, 0])), ["a", "c", "b"]);
  const dot = await filled({ metric: "dot-product" });
  assert.deepEqual(ids(await dot.query([0, 5, 0], { topK: 1 })), ["b"]);
});

test("namespaces and filters", async () => {
  const index = await filled();
  const filtered = async (filter) => ids(await index.query([1, 0, 0], { filter })).sort();
  assert.deepEqual(ids(await index.query([1, 0, 0], { namespace: "n" })), ["b"]);
  assert.deepEqual(await filtered({ kind: "book" }), ["a", "c"]);
  assert.deepEqual(await filtered({ kind: { $ne: "book" } }), ["b"]);
  assert.deepEqual(await filtered({ price: { $gte: 20, $lt: 30 } }), ["b"]);
  assert.deepEqual(await filtered({ kind: { $in: ["film", "song"] } }), ["b"]);
  assert.deepEqual(await filtered({ kind: { $nin: ["film"] }, price: { $gt: 10 } }), ["c"]);
  assert.deepEqual(await filtered({ "at.shop": "x" }), ["a"]);
  assert.deepEqual(await filtered({ "at.shop": "y" }), ["c"]);
  assert.deepEqual(await filtered({ price: { $lt: "20" } }), []);
  for (const filter of [
    { kind: { $like: "b" } },
    { $or: [] },
    [],
    {},
    { kind: {} },
    { kind: { $in: "a" } },
    { 'a"b': 1 },
    { ["a".repeat(513)]: 1 },
    { kind: "é".repeat(1100) },
    { kind: 1n },
  ])
    await assert.rejects(index.query([1, 0, 0], { filter }), /VECTOR_QUERY_ERROR: invalid filter/);
});

test("an index without vectors has no matches", async () => {
  const index = createLocalVectorize({ dimensions: 3 });
  const none = { count: 0, matches: [] };
  assert.deepEqual(await index.query([1, 0, 0]), none);
  assert.deepEqual(await index.query([1, 0, 0], { filter: { kind: "book" }, namespace: "n" }), none);
  await index.upsert(THREE);
  await index.deleteByIds(["a", "b", "c"]);
  assert.deepEqual(await index.query([1, 0, 0]), none);
});

test("ids that are no array are refused", async () => {
  const index = await filled();
  for (const ids of ["a", undefined, { 0: "a" }]) {
    await assert.rejects(index.getByIds(ids), /VECTOR_GET_ERROR.*ids must be an array/);
    await assert.rejects(index.deleteByIds(ids), /VECTOR_DELETE_ERROR.*ids must be an array/);
  }
});

test("a filter that few of many meet finds them all the same", async () => {
  const index = createLocalVectorize({ dimensions: 2 });
  for (let at = 0; at < 3; at++)
    await index.upsert(
      Array.from({ length: 1000 }, (_, row) => {
        const number = at * 1000 + row;
        return { id: `${number}`, values: [1, number / 1e5], metadata: { last: number >= 2997 } };
      }),
    );
  assert.deepEqual(ids(await index.query([1, 0], { filter: { last: true } })), ["2997", "2998", "2999"]);
});

test("insert leaves, upsert replaces, delete removes, describe counts", async () => {
  const index = await filled();
  await index.insert([
    { id: "a", values: [0, 0, 1] },
    { id: "d", values: [0, 0, 1] },
  ]);
  assert.deepEqual((await index.getByIds(["a"]))[0].values, [1, 0, 0]);
  await index.upsert([{ id: "a", values: [0, 0, 1] }]);
  assert.deepEqual(
    (await index.getByIds(["a", "no"])).map(({ values }) => values),
    [[0, 0, 1]],
  );
  const { mutationId } = await index.deleteByIds(["b", "no"]);
  const described = await index.describe();
  assert.deepEqual(
    [described.vectorCount, described.dimensions, described.processedUpToMutation],
    [3, 3, mutationId],
  );
  assert.deepEqual(await index.getByIds(["b"]), []);
});

test("what the service refuses", async () => {
  const index = await filled();
  await assert.rejects(
    index.upsert([{ id: "x", values: [1] }]),
    /VECTOR_UPSERT_ERROR.*expected 3 dimensions, and got 1/,
  );
  await assert.rejects(index.insert([{ id: "x".repeat(65), values: [1, 2, 3] }]), /VECTOR_INSERT_ERROR/);
  await assert.rejects(index.upsert([{ id: "x", values: [1, 2, NaN] }]), /VECTOR_UPSERT_ERROR/);
  await assert.rejects(
    index.upsert([{ id: "x", values: [1, 2, 3], metadata: { a: "a".repeat(11_000) } }]),
    /10240 bytes/,
  );
  await assert.rejects(index.upsert(new Array(1001).fill(THREE[0])), /1000/);
  await assert.rejects(index.query([1, 2]), /VECTOR_QUERY_ERROR.*expected 3 dimensions, and got 2/);
  await assert.rejects(index.query([1, 2, 3], { topK: 101 }), /topK/);
  await assert.rejects(index.query([1, 2, 3], { topK: 51, returnValues: true }), /topK/);
  assert.throws(() => createLocalVectorize({ dimensions: 2000 }), TypeError);
  assert.throws(() => createLocalVectorize({ dimensions: 3, metric: "dot" }), TypeError);
});

test("what the service would pass over, or make of another type, is refused", async () => {
  const index = await filled();
  const vector = (more) => ({ id: "x", values: [1, 2, 3], ...more });
  for (const [wrong, message] of [
    [vector({ id: 5 }), /an id must be a text/],
    [vector({ id: "" }), /an id must be a text/],
    [vector({ values: ["1", "2", "3"] }), /expected 3 dimensions/],
    [vector({ values: Float32Array.of(1, 2, NaN) }), /expected 3 dimensions/],
    [vector({ namespace: "n".repeat(65) }), /a namespace must be a text of at most 64 bytes/],
    [vector({ metadata: "m" }), /metadata for id="x" must be an object/],
    [vector({ metdata: {} }), /metdata is no member of a vector/],
    ["x", /an object is needed/],
  ]) {
    await assert.rejects(index.insert([wrong]), message);
    await assert.rejects(index.upsert([wrong]), message);
  }
  for (const [options, message] of [
    [{ topk: 1 }, /topk is no member of the options of query. There are topK/],
    [{ filters: { kind: "book" } }, /filters is no member/],
    [{ namespace: 5 }, /a namespace must be a text/],
    [{ namespace: "n".repeat(65) }, /at most 64 bytes/],
    [{ returnValues: "yes" }, /returnValues is true or false/],
    [5, /an object is needed/],
  ]) {
    await assert.rejects(index.query([1, 2, 3], options), message);
    await assert.rejects(index.queryById("a", options), message);
  }
  await assert.rejects(index.query(["1", "2", "3"]), /VECTOR_QUERY_ERROR/);
  await assert.rejects(index.queryById(5), /ids must be an array of texts/);
  await assert.rejects(index.getByIds([5]), /ids must be an array of texts/);
  await assert.rejects(index.deleteByIds([5]), /ids must be an array of texts/);
  for (const [wrong, message] of [
    [5, /path: the path of a file/],
    ["", /path: the path of a file/],
    [folder, /is a folder, not a file/],
    [path.join(folder, "no", "index.jsonl"), /the folder ".*" is not there/],
  ])
    assert.throws(() => createLocalVectorize({ dimensions: 3, path: wrong }), message);
});

test("kept in a file: the same after a new start, changes appended, for its owner alone", async () => {
  const file = path.join(folder, "index.jsonl");
  const first = await filled({ path: file });
  await first.deleteByIds(["b"]);
  await first.close();
  const size = (await stat(file)).size;
  assert.equal((await stat(file)).mode & 0o077, 0);

  const second = createLocalVectorize({ dimensions: 3, path: file });
  assert.equal((await second.describe()).vectorCount, 2);
  const [match] = (await second.query([1, 0, 0], { topK: 1, returnMetadata: true })).matches;
  assert.deepEqual([match.id, match.metadata], ["a", THREE[0].metadata]);
  await second.upsert([{ id: "d", values: [0, 0, 1] }]);
  await second.close();
  assert.ok((await stat(file)).size - size < 200);
  await assert.rejects(
    createLocalVectorize({ dimensions: 4, path: file }).describe(),
    /is an index of 3 dimensions/,
  );

  // The program ended in the middle of a line.
  await appendFile(file, '{"put":[{"id":"e","val');
  const third = createLocalVectorize({ dimensions: 3, path: file });
  assert.equal((await third.describe()).vectorCount, 3);
  await third.upsert([{ id: "f", values: [1, 1, 1] }]);
  await third.close();
  const fourth = createLocalVectorize({ dimensions: 3, path: file });
  assert.equal((await fourth.describe()).vectorCount, 4);
  await fourth.close();
});

test("a file of changes that are out of date is written anew", async () => {
  const file = path.join(folder, "stale.jsonl");
  const index = await filled({ path: file });
  for (let at = 0; at < 200; at++) await index.upsert(THREE);
  await index.close();
  const before = (await readFile(file, "utf8")).length;
  const again = createLocalVectorize({ dimensions: 3, path: file });
  assert.equal((await again.describe()).vectorCount, 3);
  await again.close();
  assert.ok((await readFile(file, "utf8")).length < before / 50);
});
