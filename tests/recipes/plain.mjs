// Node, Deno and Bun without any tool: a text for every model, replies by model, recorded traffic.

import assert from "node:assert/strict";
import { createLocalAI, mockAI } from "workers-ai-local";
import { summarize } from "./app/summarize.js";

assert.equal(await summarize(mockAI("short"), "A long text."), "SHORT");

const CHAT = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const routed = createLocalAI({
  engine: "stand-in",
  env: {},
  routes: { [CHAT]: ["first", { error: 3040 }], "*": ({ inputs }) => ({ json: inputs }) },
});
assert.equal((await routed.run(CHAT, { prompt: "a" })).response, "first");
await assert.rejects(routed.run(CHAT, { prompt: "a" }), /3040/);
assert.deepEqual(await routed.run("@cf/baai/bge-m3", { text: "x" }), { text: "x" });

const taped = Promise.withResolvers();
const recording = createLocalAI({ engine: "stand-in", env: {}, record: taped.resolve });
const { response } = await recording.run(CHAT, { prompt: "Hello" });
const replaying = createLocalAI({ engine: "recorded", env: {}, replay: [await taped.promise] });
assert.equal((await replaying.run(CHAT, { prompt: "Hello" })).response, response);
