import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { WorkersAI } from "workers-ai-wasm";
import { bad, json, MODEL, ok, rejects, rest } from "./helpers.mjs";

test("generateText gives one shape for every answer", async () => {
  let body;
  const ai = rest(async (_u, i) => {
    body = JSON.parse(i.body);
    return new Response(
      '{"result":{"response":1.0,"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}},"success":true,"errors":[],"messages":[]}',
      { headers: { "content-type": "application/json", "cf-ai-neurons": "7.55", "cf-ai-req-id": "r" } },
    );
  });
  const r = await ai.generateText(MODEL, "hi");
  assert.equal(r.text, "1.0");
  assert.deepEqual(body, { prompt: "hi" });
  await ai.generateText(MODEL, [{ role: "user", content: "x" }]);
  assert.deepEqual(body, { messages: [{ role: "user", content: "x" }] });
  for (const [v, f] of [
    [{}, "prompt"],
    [{ prompt: "a", messages: [] }, "prompt"],
    [5, "input"],
    [[], "messages"],
    [{ prompt: "x", stream: true }, "stream"],
  ]) {
    const e = await rejects(ai.generateText(MODEL, v));
    assert.equal(e.code, "INVALID_INPUT");
    assert.equal(e.field, f);
  }
  const tools = (a) => rest(async () => ok({ response: "so", tool_calls: [{ name: "f", arguments: a }] }));
  const t = await tools({ x: 1 }).generateText(MODEL, "x");
  assert.deepEqual(t.toolCalls[0].arguments, { x: 1 });
  assert.match(t.toolCalls[0].id, /^call_/);
  assert.deepEqual((await tools("").generateText(MODEL, "x")).toolCalls[0].arguments, {});
  const e = await rejects(tools("{bad").generateText(MODEL, "x"));
  assert.equal(e.code, "MALFORMED_RESPONSE");
  assert.equal(e.partial.toolCalls[0].arguments, "{bad");
  assert.equal(e.partial.text, "so");
  assert.ok(!inspect(e).includes("{bad"));
  const s = await new WorkersAI({ binding: { run: async () => ({ response: "plain" }) } }).generateText(
    MODEL,
    "x",
  );
  assert.equal(s.text, "plain");
  assert.equal(s.meta.door, "binding");
});

test("a raw response is given as it came, failures included", async () => {
  const r = await rest(async () => bad(5007, 400)).run(MODEL, {}, { returnRawResponse: true });
  assert.equal(r.status, 400);
  assert.equal((await r.json()).errors[0].code, 5007);
  const s = await new WorkersAI({ binding: { run: () => ({ a: 1 }) } }).run(
    MODEL,
    {},
    { returnRawResponse: true },
  );
  assert.deepEqual(await s.json(), { a: 1 });
});

test("a failure inside a success is an error", async () => {
  const e = await rejects(
    rest(async () => json({ success: false, errors: [{ code: 5006, message: "bad" }], result: {} })).run(
      MODEL,
      {},
    ),
  );
  assert.equal(e.code, "INVALID_INPUT");
  assert.equal(e.attempts, 1);
  assert.equal(
    (
      await rejects(
        rest(async () => new Response("{", { headers: { "content-type": "application/json" } })).run(
          MODEL,
          {},
        ),
      )
    ).code,
    "MALFORMED_RESPONSE",
  );
});

test("a reply over its bound is refused", async () => {
  const e = await rejects(rest(async () => ok("x".repeat(1000)), { maxResponseBytes: 100 }).run(MODEL, {}));
  assert.equal(e.code, "TOO_LARGE");
});
