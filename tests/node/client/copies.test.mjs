// Errors of another copy of the package, and of another realm.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import vm from "node:vm";
import { isWorkersAIError, WorkersAI } from "workers-ai-wasm";

const other = createRequire(import.meta.url)("workers-ai-wasm");

/** The error that a client refuses its options with. */
function errorOf({ WorkersAI: Client }) {
  try {
    return new Client({ baseURL: 5 });
  } catch (error) {
    return error;
  }
}

test("the copies are two, and each knows the other's errors", () => {
  assert.notEqual(other.WorkersAI, WorkersAI);
  const mine = errorOf({ WorkersAI });
  const theirs = errorOf(other);
  assert.ok(!(theirs instanceof mine.constructor));
  for (const knows of [isWorkersAIError, other.isWorkersAIError]) {
    assert.ok(knows(mine));
    assert.ok(knows(theirs));
  }
});

test("an error of another realm is known here, and ours there", () => {
  const source = readFileSync(new URL("../../../pkg-template/error.js", import.meta.url), "utf8");
  const script = source.replace(/^import .*$/m, "const named = () => {};").replaceAll(/^export /gm, "");
  const theirs = vm.runInNewContext(`${script}\n({ WorkersAIError, isWorkersAIError });`);
  const error = new theirs.WorkersAIError({ code: "CAPACITY", message: "busy", retryable: true });
  assert.ok(!(error instanceof Error), "it is of another realm");
  assert.ok(isWorkersAIError(error));
  assert.ok(theirs.isWorkersAIError(errorOf({ WorkersAI })));
  assert.ok(!isWorkersAIError(vm.runInNewContext('Object.assign(new Error("x"), { code: "CAPACITY" })')));
});

test("a clone that has lost its class is an Error that shows no more", () => {
  const clone = structuredClone(errorOf({ WorkersAI }));
  assert.ok(clone instanceof Error);
  assert.match(clone.message, /baseURL/);
});
