// Does the fault matrix know every error of the service?
import assert from "node:assert/strict";
import { test } from "node:test";
import { KNOWN_CODES } from "../../pkg-template/local/errors.js";
import { CODE_OF_NUMBER } from "../faults/rows.mjs";

test("every number of the table is in the matrix", () => {
  assert.ok(KNOWN_CODES.length > 40, String(KNOWN_CODES.length));
  assert.deepEqual(
    Object.keys(CODE_OF_NUMBER).map(Number),
    KNOWN_CODES.toSorted((a, b) => a - b),
  );
});
