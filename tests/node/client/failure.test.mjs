import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { WorkersAI } from "workers-ai-wasm";
import { bad, MODEL, ok, rejects, rest, TOKEN } from "./helpers.mjs";

test("an error has codes and ids and no secret", async () => {
  const ai = rest(async () =>
    bad(5006, 400, `AiError: AiError: Bad input: ${TOKEN} nope (0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d)`, {
      "cf-aig-log-id": "L",
    }),
  );
  const e = await rejects(ai.run(MODEL, { prompt: "hi" }));
  assert.deepEqual(
    [e.code, e.internalCode, e.status, e.attempts, e.retryable, e.requestId, e.gatewayLogId],
    ["INVALID_INPUT", 5006, 400, 1, false, "0b7a1c7e-8a6e-4d3b-9f4e-2f1f5a6b7c8d", "L"],
  );
  assert.ok(!inspect(e).includes(TOKEN));
  assert.ok(!JSON.stringify(e).includes(TOKEN));
  assert.ok(e instanceof Error);
  assert.equal(e.name, "WorkersAIError");
  assert.ok(!("partial" in e));
  assert.ok(!("cause" in e));
});

test("passing failures are asked again, others are not", async () => {
  let n = 0;
  const log = [];
  const ai = rest(
    async () => {
      n++;
      return n < 3 ? bad(3040, 429, "busy", { "retry-after-ms": "5" }) : ok("fine");
    },
    {
      hooks: {
        onRequest: (i) => log.push(["req", i]),
        onRetry: (i) => {
          log.push(["retry", i]);
          throw new Error("hook");
        },
        onResponse: async (i) => {
          log.push(["res", i]);
        },
      },
    },
  );
  const err = console.error;
  let logged = 0;
  console.error = () => logged++;
  try {
    assert.equal(await ai.run(MODEL, {}), "fine");
  } finally {
    console.error = err;
  }
  assert.equal(logged, 2);
  assert.equal(n, 3);
  assert.deepEqual(
    log.map((l) => l[0]),
    ["req", "res", "retry", "req", "res", "retry", "req", "res"],
  );
  assert.ok(!JSON.stringify(log).includes(TOKEN));
  n = 0;
  const e = await rejects(
    rest(async () => {
      n++;
      return bad(3036, 429);
    }).run(MODEL, {}),
  );
  assert.equal(e.code, "DAILY_QUOTA");
  assert.equal(n, 1);
  n = 0;
  const f = await rejects(
    rest(async () => {
      n++;
      return bad(3040, 429, "x", { "retry-after": "120" });
    }).run(MODEL, {}),
  );
  assert.equal(n, 1);
  assert.equal(f.retryAfterMs, 120000);
  n = 0;
  const g = await rejects(
    rest(async () => {
      n++;
      throw Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
    }).run(MODEL, {}, { maxRetries: 1 }),
  );
  assert.equal(n, 2);
  assert.equal(g.code, "NETWORK");
  assert.equal(g.attempts, 2);
  assert.equal(g.cause.message, "fetch failed");
  const h = await rejects(
    rest(async () => {
      throw "a string";
    }).run(MODEL, {}, { maxRetries: 0 }),
  );
  assert.equal(h.cause, "a string");
  const i = await rejects(rest(async () => undefined).run(MODEL, {}));
  assert.equal(i.code, "CONFIG");
});

test("a message never quotes the input", async () => {
  const prompt = "My private diary: today nothing happened";
  const e = await rejects(
    rest(async () => new Response(`boom: ${prompt}`, { status: 500 }), { maxRetries: 0 }).run(MODEL, {
      messages: [{ role: "user", content: prompt }],
    }),
  );
  assert.ok(!inspect(e).includes("diary"), e.message);
  const f = await rejects(
    new WorkersAI({
      binding: {
        run() {
          throw new Error(`8001: Invalid input: ${prompt}`);
        },
      },
    }).run(MODEL, { prompt }),
  );
  assert.ok(!f.message.includes("diary"));
  assert.equal(f.internalCode, 8001);
});
