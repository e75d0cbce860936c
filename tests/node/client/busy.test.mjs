// When asking again would be against what the caller, or the service, has said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkersAI } from "workers-ai-wasm";
import { bad, json, MODEL, ok, rejects, rest } from "./helpers.mjs";

test("who wants to be refused at once when there is no capacity is not made to wait", async () => {
  let calls = 0;
  const ai = rest(async () => {
    calls++;
    return bad(3040, 429, "busy", { "retry-after-ms": "1" });
  });
  assert.equal((await rejects(ai.run(MODEL, {}, { rejectIfBusy: true }))).code, "CAPACITY");
  assert.equal(calls, 1);
  const binding = {
    run: async () => {
      calls++;
      return json(
        { internalCode: 3040, description: "busy" },
        { status: 429, headers: { "retry-after-ms": "1" } },
      );
    },
  };
  const worker = new WorkersAI({ binding });
  assert.equal((await rejects(worker.run(MODEL, {}, { rejectIfBusy: true }))).code, "CAPACITY");
  assert.equal(calls, 2);
});

test("such a call is asked again for what is no lack of capacity, and goes on to the next model at once", async () => {
  const requested = [];
  const ai = rest(async (url) => {
    requested.push(url.split("/").at(-1));
    if (requested.length === 1) return bad(1101, 500, "x", { "retry-after-ms": "1" });
    return requested.length === 2 ? bad(3040, 429, "busy", { "retry-after": "30" }) : ok({ response: "yes" });
  });
  const result = await ai.generateText(MODEL, "x", { rejectIfBusy: true, fallback: ["@cf/a/other"] });
  assert.equal(result.meta.attempts, 3);
  assert.deepEqual(requested, ["b", "b", "other"]);
});

test("a wait of any length is told, and not slept", async () => {
  // No timer of any runtime waits longer: it would fire at once.
  const most = 2 ** 31 - 1;
  for (const headers of [
    { "retry-after": "9".repeat(17) },
    { "retry-after": "9".repeat(40) },
    { "retry-after-ms": "9".repeat(25) },
    { "retry-after": "Fri, 31 Dec 9999 23:59:59 GMT" },
  ]) {
    let calls = 0;
    const ai = rest(async () => {
      calls++;
      return bad(2003, 429, "slower", headers);
    });
    const error = await rejects(ai.run(MODEL, {}));
    assert.equal(error.retryAfterMs, most);
    assert.match(error.message, /asks to wait/);
    assert.equal(calls, 1);
  }
});
