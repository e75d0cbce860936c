/** Three providers, the same bytes: ours is right in every stream of the table. `node tests/ai-sdk/table.mjs` prints it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { tableOf } from "./table.mjs";

const rows = await tableOf();

test("the table has streams of each kind", () => {
  assert.ok(rows.length > 100, `${rows.length} rows`);
  assert.ok(rows.filter(({ expect }) => expect.code !== undefined).length > 40);
});

for (const { name, expect, cells } of rows) {
  test(`ours: ${name}`, () => {
    const { outcome, faults } = cells.ours;
    assert.deepEqual(faults, []);
    assert.equal(outcome.error?.cause?.code, expect.code);
    const text = expect.text ?? expect.partial?.text;
    // What is wrong from the first event on rejects the call: then nothing was said.
    if (text !== undefined && outcome.finishReason !== undefined) assert.equal(outcome.text, text);
  });
}

test("the others have faults, or the table tells nothing", () => {
  for (const who of ["createAI", "workers-ai-provider"]) {
    const wrong = rows.filter(({ cells }) => cells[who].faults.length > 0);
    assert.ok(wrong.length > 20, `${who} is wrong in ${wrong.length}`);
  }
});
