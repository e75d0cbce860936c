import assert from "node:assert/strict";
import { test } from "node:test";

import { createLocalAI } from "../../../pkg-template/local/index.js";

const ai = createLocalAI({ engine: "stand-in" });
const cosine = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

for (const [model, dimensions] of [
  ["@cf/baai/bge-small-en-v1.5", 384],
  ["@cf/baai/bge-base-en-v1.5", 768],
  ["@cf/baai/bge-large-en-v1.5", 1024],
  ["@cf/baai/bge-m3", 1024],
  ["@cf/google/embeddinggemma-300m", 768],
  ["@cf/pfnet/plamo-embedding-1b", 2048],
]) {
  test(`${model} answers ${dimensions} dimensions of unit length`, async () => {
    const { shape, data } = await ai.run(model, { text: ["one", "two"] });
    assert.deepEqual(shape, [2, dimensions]);
    for (const row of data) assert.ok(Math.abs(cosine(row, row) - 1) < 1e-5);
  });
}

test("one string still gives a table of one row, with its pooling", async () => {
  const { shape, pooling } = await ai.run("@cf/baai/bge-small-en-v1.5", { text: "one", pooling: "cls" });
  assert.deepEqual([shape, pooling], [[1, 384], "cls"]);
});

test("texts that share words are nearer than texts that don't, the same every time", async () => {
  const text = ["the cat sat on the mat", "a cat on a mat", "stock markets fell"];
  const { data } = await ai.run("@cf/baai/bge-base-en-v1.5", { text });
  assert.ok(cosine(data[0], data[1]) > cosine(data[0], data[2]) + 0.2);
  assert.deepEqual((await ai.run("@cf/baai/bge-base-en-v1.5", { text })).data, data);
});

test("mean and cls vectors of a text are unlike", async () => {
  const [mean, cls] = await Promise.all(
    ["mean", "cls"].map((pooling) =>
      ai.run("@cf/baai/bge-small-en-v1.5", { text: "one two three", pooling }),
    ),
  );
  assert.ok(Math.abs(cosine(mean.data[0], cls.data[0])) < 0.5);
});

test("bge-m3 scores contexts by a query, and embeds contexts alone", async () => {
  const contexts = [{ text: "stock markets fell" }, { text: "the cat sat" }];
  const { response } = await ai.run("@cf/baai/bge-m3", { query: "where is the cat", contexts });
  assert.deepEqual(
    response.map(({ id }) => id),
    [0, 1],
  );
  assert.ok(response[1].score > response[0].score);
  const alone = await ai.run("@cf/baai/bge-m3", { contexts });
  assert.deepEqual([alone.shape, alone.response.length], [[2, 1024], 2]);
});

test("qwen3 takes queries and documents", async () => {
  const { shape } = await ai.run("@cf/qwen/qwen3-embedding-0.6b", { queries: "a", documents: ["b", "c"] });
  assert.deepEqual(shape, [3, 1024]);
});
