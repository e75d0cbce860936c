/** What a chat stream loads stays small, and what the other parts load on top. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { complaintsAbout, measurePackage } from "../../tools/build/sizes.mjs";

test("wasm and JavaScript of every entry, and of the other parts, are within their limits", async () => {
  const sizes = await measurePackage(process.env.TEST_INSTALLED);
  const limited = sizes.filter(({ limit }) => limit !== undefined);
  assert.equal(limited.length, 6);
  for (const { name, raw, gzip } of limited) assert.ok(raw > 10_000 && gzip > 5_000, name);
  assert.deepEqual(complaintsAbout(sizes), []);
});
