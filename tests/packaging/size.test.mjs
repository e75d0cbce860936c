/** What a chat stream loads stays small. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaintsAbout, measurePackage } from "../../tools/build/sizes.mjs";

test("wasm and JavaScript of every entry are within the limit", async () => {
  const sizes = await measurePackage(process.env.TEST_INSTALLED);
  assert.ok(sizes.length > 0);
  const limited = sizes.filter((size) => size.limited);
  assert.ok(limited.length >= 3);
  for (const { name, raw, gzip } of limited) assert.ok(raw > 10_000 && gzip > 5_000, name);
  assert.deepEqual(complaintsAbout(sizes), []);
});
