import assert from "node:assert/strict";
import { test } from "node:test";
import { mockAI } from "workers-ai-local";
import { summarize } from "../app/summarize.js";

test("the summary is shouted", async () => {
  assert.equal(await summarize(mockAI("short"), "A long text."), "SHORT");
});

test("a failure comes through", async () => {
  await assert.rejects(summarize(mockAI({ error: 3040 }), "A long text."), /3040/);
});
