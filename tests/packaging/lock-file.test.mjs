/** The lock file must serve every machine, not only the one on which it was written. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const text = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
const { packages } = JSON.parse(text);

test("packages for other platforms are locked too", () => {
  // npm leaves out what the registry did not know in that moment, and `npm ci` then fails everywhere else.
  const wanted = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ from, name })),
  );
  assert.ok(wanted.length > 0);
  const missing = wanted.filter(
    ({ from, name }) => !packages[`${from}/node_modules/${name}`] && !packages[`node_modules/${name}`],
  );
  assert.deepEqual(missing, []);
});

test("everything is locked by its content, and to no registry", () => {
  for (const [name, { integrity, link }] of Object.entries(packages)) {
    if (name !== "" && !link) assert.match(integrity ?? "", /^sha512-/, name);
  }
  assert.doesNotMatch(text, /"resolved"/);
});
