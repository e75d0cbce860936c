/** The maintainers' table of what is typed, encoded, decoded and tested has no hole that nobody has explained. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { coverage, gaps, markdown } from "../../../tools/build/coverage.mjs";

const model = (id, rest = {}) => ({
  id,
  task: "Text Embeddings",
  status: "active",
  input: "embedding.text",
  ...rest,
});
const cells = (own) => ({ typed: "t", encoded: "e", decoded: "d", rest: "r", binding: "b", ...own });

test("a hole is told, unless there is a reason for it; a reason without a hole is told as well", () => {
  const rows = [
    { model: model("@cf/a/whole"), method: "embed", cells: cells() },
    { model: model("@cf/a/hole"), method: "embed", cells: cells({ binding: undefined }) },
  ];
  assert.deepEqual(gaps(rows, []), ["@cf/a/hole, embed: binding is empty"]);
  const reason = { method: "embed", column: "binding", why: "Because." };
  assert.deepEqual(gaps(rows, [reason]), []);
  assert.deepEqual(gaps(rows.slice(0, 1), [reason]), ["this reason is not needed: Because."]);
  for (const other of [{ column: "rest" }, { method: "rerank" }, { input: "embedding.bge" }]) {
    const two = gaps(rows, [{ ...reason, ...other }]);
    assert.equal(two[0], "@cf/a/hole, embed: binding is empty");
  }
});

test("the table has a row for each model and method, and the reasons below it", () => {
  const rows = [
    { model: model("@cf/a/hole"), method: "embed", cells: cells({ binding: undefined }) },
    {
      model: model("@cf/a/old", { status: "deprecated", deprecatedOn: "2026-05-30" }),
      method: "embed",
      cells: cells(),
    },
  ];
  const text = markdown(rows, [{ column: "binding", why: "Because." }]);
  assert.match(text, /^## Text Embeddings$/m);
  assert.match(text, /^\| `@cf\/a\/hole` \| `embed` \| t \| e \| d \| r \| \[\^1\] \|$/m);
  assert.match(
    text,
    /^\| `@cf\/a\/old` \(deprecated since 2026-05-30\) \| `embed` \| t \| e \| d \| r \| b \|$/m,
  );
  assert.match(text, /^\[\^1\]: Because\.$/m);
});

test("every model that is not gone is there", async () => {
  const rows = await coverage();
  const ids = new Set(rows.map((row) => row.model.id));
  assert.ok(ids.size > 100);
  assert.ok(ids.has("@cf/baai/bge-m3") && !ids.has("@cf/baai/omni-bge-base-en-v1.5"));
  assert.equal(rows.filter((row) => row.model.id === "@cf/deepgram/nova-3").length, 2);
});

test("no cell is empty without a reason, and no reason without an empty cell", async () => {
  assert.deepEqual(gaps(await coverage()), []);
});
