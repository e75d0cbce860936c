// Does the fault matrix know every error of the service?
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { KNOWN_CODES } from "../../pkg-template/local/errors.js";
import { CODE_OF_NUMBER } from "../faults/rows.mjs";

/** The numbers of the core's table. */
const table = [
  ...readFileSync(new URL("../../src/codes.rs", import.meta.url), "utf8").matchAll(/\brow\(\s*(\d+),/g),
].map((match) => Number(match[1]));

test("every number of the table is in the matrix, and the local service can answer with it", () => {
  assert.ok(table.length > 40, String(table.length));
  assert.deepEqual(
    Object.keys(CODE_OF_NUMBER).map(Number),
    [...table].sort((a, b) => a - b),
  );
  assert.deepEqual(
    table.filter((number) => !KNOWN_CODES.includes(number)),
    [],
  );
});
