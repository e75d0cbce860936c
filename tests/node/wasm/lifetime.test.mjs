// What is not used to its end is freed all the same.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { VectorIndex, WorkersAI } from "workers-ai-wasm";

const MIB = 1024 * 1024;
const asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** What a program of this folder prints, which may collect garbage when it likes. */
function printed(file) {
  const args = ["--expose-gc", "--no-warnings", path.join(import.meta.dirname, file)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout);
}

test("streams and indexes that are dropped leave nothing behind, and cancel their requests", async (t) => {
  const { waiting, indexes, ...kinds } = printed("abandoned.mjs");
  for (const [kind, { slots, open, memory }] of Object.entries(kinds)) {
    await t.test(kind, () => {
      assert.equal(slots, 0, "streams in the wasm");
      // The one that was the last to read is still known.
      assert.ok(open <= 1, `${open} requests are still open`);
      // Ten thousand at once take more.
      assert.ok(memory < 6 * MIB, `${memory} bytes of wasm memory`);
    });
  }
  assert.equal(Object.keys(kinds).length, 4);
  assert.equal(waiting, "TIMEOUT", "who waits is not forgotten");
  assert.ok(indexes < 64 * MIB, `${indexes} bytes of wasm memory, not the 250 MiB of all of them`);
});

test("ten thousand streams that are broken off leave nothing behind", async (t) => {
  const grown = printed("broken.mjs");
  for (const [kind, { heap, wasm }] of Object.entries(grown)) {
    await t.test(kind, () => {
      // 500 bytes each of the two thousand, where one that is kept takes 2300 on the heap and as many as 500 in the wasm.
      assert.ok(heap < MIB, `${heap} bytes more on the heap`);
      assert.ok(wasm < MIB / 2, `${wasm} bytes more of wasm memory`);
    });
  }
  assert.equal(Object.keys(grown).length, 5);
});

/** A client whose service streams without end, and whether that was cancelled. */
function endless() {
  const seen = { aborted: false };
  const fetch = async (_url, { signal }) => {
    signal.addEventListener("abort", () => {
      seen.aborted = true;
    });
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('data: {"response":"a"}\n\n')),
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  };
  return { seen, ai: new WorkersAI({ baseURL: "https://proxy.example/ai", fetch }) };
}

test("a stream is disposed of before, while and after it is read, more than once", async () => {
  for (const use of [
    () => {},
    async (stream) => assert.equal((await stream[Symbol.asyncIterator]().next()).value.text, "a"),
    async (stream) => {
      for await (const event of stream) if (event.type === "text") break;
    },
  ]) {
    const { ai, seen } = endless();
    const stream = await ai.streamText("@cf/a/b", "x");
    await use(stream);
    await stream[asyncDispose]();
    await stream[asyncDispose]();
    assert.ok(seen.aborted);
  }
});

test("an index is disposed of", () => {
  const index = new VectorIndex({ dimensions: 2, metric: "dot" });
  index[dispose]();
  index[dispose]();
  assert.throws(() => index.search(Float32Array.of(1, 2), 1), { code: "INVALID_INPUT" });
});
