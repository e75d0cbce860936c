// What console.log shows of what callers hold: one line, and no wall of numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { VectorIndex, WorkersAI } from "workers-ai-wasm";
import { ok, rest } from "./helpers.mjs";

const TEXT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

test("a client names its door and nothing else", () => {
  assert.equal(inspect(rest(async () => ok(1))), 'WorkersAI { door: "rest" }');
  assert.equal(inspect(new WorkersAI({ baseURL: "https://a.example/ai" })), 'WorkersAI { door: "proxy" }');
  const bound = new WorkersAI({ binding: { run: async () => ({}) } });
  assert.equal(inspect({ bound }), '{ bound: WorkersAI { door: "binding" } }');
  bound.free();
  assert.equal(inspect(bound), "WorkersAI { freed }");
});

test("a stream names its model and how far it is", async () => {
  const ai = rest(async () => ok({ response: "hi" }));
  const stream = await ai.streamText(TEXT, "hi");
  assert.equal(inspect(stream), `AIStream { model: "${TEXT}", state: "unread" }`);
  await stream.text();
  assert.equal(inspect(stream), `AIStream { model: "${TEXT}", state: "finished" }`);
});

test("media name their type and size", async () => {
  const bytes = new Uint8Array(21_600);
  bytes.set([0xff, 0xd8, 0xff, 0xe0]);
  const ai = rest(async () => new Response(bytes, { headers: { "content-type": "image/jpeg" } }));
  const media = await ai.generateImage("@cf/bytedance/stable-diffusion-xl-lightning", "a cat");
  assert.equal(inspect(media), "Media image/jpeg 21.6 kB");
});

test("vectors name their number and length", async () => {
  const ai = rest(async () =>
    ok({
      shape: [2, 3],
      data: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      pooling: "mean",
    }),
  );
  const result = await ai.embed("@cf/baai/bge-base-en-v1.5", ["a", "b"]);
  assert.equal(inspect(result), "EmbedResult { rows: 2 x 3 }");
  assert.equal(inspect(result.rows), "rows 2 x 3");
  assert.equal(inspect(result.data), "Float32Array 2 x 3");
  assert.deepEqual([...result.vector], [1, 2, 3]);
  assert.equal(result.vector, result.rows[0]);
  const index = new VectorIndex({ dimensions: 3, metric: "cosine" });
  index.add(result.rows);
  assert.equal(inspect(index), 'VectorIndex { size: 2, dimensions: 3, metric: "cosine" }');
});
