/** The import alone: what the package exports. */
import { equal, ok, throws } from "./assert.mjs";
import { test } from "./harness.mjs";

test("the package exports its public names", ({ lib }) => {
  for (const name of ["WorkersAI", "WorkersAIError", "isWorkersAIError", "events"]) {
    equal(typeof lib[name], "function", name);
  }
});

test("WorkersAIError is an Error that isWorkersAIError knows", ({ lib }) => {
  const error = throws(() => new lib.WorkersAI({ baseURL: 5 }), { name: "WorkersAIError" });
  ok(error instanceof Error);
  ok(error instanceof lib.WorkersAIError);
  ok(lib.isWorkersAIError(error));
  for (const value of [undefined, null, 0, "CONFIG", {}, new Error("CONFIG"), { code: "CONFIG" }]) {
    ok(!lib.isWorkersAIError(value), String(value));
  }
});
