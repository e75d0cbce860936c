/** What a long stream leaves behind when it is over and dropped: nothing that was not there after its first thousand tokens. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { measureMemory } from "../../benches/memory.mjs";

const TOKENS = 200_000;
/** Bytes in JavaScript that may have come to stay, such as compiled code: less than half of a reference for each token. */
const SLACK = 4 * TOKENS;

test(`a stream of ${TOKENS} tokens leaves no memory in use`, async (t) => {
  const measured = await measureMemory(process.execPath, {
    tokens: TOKENS,
    installed: process.env.TEST_INSTALLED,
  });
  assert.deepEqual(
    measured.map(({ reader }) => reader),
    ["events", "chunks", "text"],
  );
  for (const { reader, characters, early, late } of measured) {
    await t.test(reader, () => {
      assert.ok(characters > TOKENS, "it was read");
      assert.ok(early.wasm > 0);
      assert.equal(late.wasm, early.wasm, "wasm memory");
      const grown = (part) => late[part] - early[part];
      assert.ok(grown("heap") < SLACK, `the heap has grown by ${grown("heap")} bytes`);
      assert.ok(grown("buffers") < SLACK, `buffers have grown by ${grown("buffers")} bytes`);
      assert.ok(
        grown("outside") < SLACK,
        `memory outside of the heap has grown by ${grown("outside")} bytes`,
      );
    });
  }
});
