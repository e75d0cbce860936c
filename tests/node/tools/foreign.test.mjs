/** Tools made with the AI SDK, and schemas of every library, as they are; and a run whose wasm is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { jsonSchema, tool as theirs } from "ai";
import { type } from "arktype";
import * as v from "valibot";
import { createLocalAI } from "workers-ai-local";
import { z } from "zod";
import { tool, WorkersAI } from "../../../pkg/dist/index.js";
import { wasm } from "../../../pkg/dist/objects-inlined.js";

const MODEL = "@cf/moonshotai/kimi-k2.6";
const ai = new WorkersAI({ binding: createLocalAI({ engine: "stand-in", env: {} }) });
const results = ({ messages }) =>
  messages.filter(({ role }) => role === "tool").map(({ content }) => content);

test("tools of the AI SDK", async () => {
  const contexts = [];
  const tools = {
    plain: theirs({
      description: "A tool",
      inputSchema: z.object({ city: z.string() }),
      execute: ({ city }, context) => {
        contexts.push(context);
        return `plain ${city}`;
      },
    }),
    lasting: theirs({
      inputSchema: jsonSchema({ type: "object", properties: { n: { type: "number" } }, required: ["n"] }),
      async *execute({ n }) {
        for (let at = 0; at <= n; at++) yield `step ${at}`;
      },
    }),
  };
  const prompt = ['call: plain {"city":"Paris"}', 'call: lasting {"n":2}', 'call: lasting {"n":"two"}'].join(
    "\n",
  );
  const outputs = results(await ai.runTools(MODEL, { prompt, tools }));
  assert.equal(outputs[0], "plain Paris");
  assert.equal(outputs[1], "step 2");
  assert.match(outputs[2], /do not fit the tool's schema/);
  assert.ok(contexts[0].abortSignal instanceof AbortSignal);
  assert.equal(typeof contexts[0].toolCallId, "string");
  const wants = { plain: theirs({ ...tools.plain, needsApproval: true }) };
  await assert.rejects(ai.runTools(MODEL, { prompt, tools: wants }), {
    code: "INVALID_INPUT",
    field: "approve",
  });
});

test("schemas of every library judge, and what they make of arguments is what a tool gets", async () => {
  const seen = {};
  const keep = (name) => (args) => {
    seen[name] = args;
    return "x";
  };
  const tools = {
    zod: tool({
      input: z.object({ n: z.coerce.number(), more: z.string().default("d") }),
      execute: keep("zod"),
    }),
    valibot: tool({ input: toStandardJsonSchema(v.object({ n: v.number() })), execute: keep("valibot") }),
    arktype: tool({ input: type({ n: "number" }), execute: keep("arktype") }),
    json: tool({ input: { type: "object", properties: { n: { type: "number" } } }, execute: keep("json") }),
  };
  const good = Object.keys(tools).map((name) => `call: ${name} {"n":1}`);
  const bad = ["valibot", "arktype", "json"].map((name) => `call: ${name} {"n":"x"}`);
  const outputs = results(await ai.runTools(MODEL, { prompt: [...good, ...bad].join("\n"), tools }));
  assert.deepEqual(seen, { zod: { n: 1, more: "d" }, valibot: { n: 1 }, arktype: { n: 1 }, json: { n: 1 } });
  assert.deepEqual(outputs.slice(0, 4), ["x", "x", "x", "x"]);
  for (const words of outputs.slice(4))
    assert.match(words, /do not fit the tool's schema; the tool was not run\.\nn: /);
});

test("a run whose wasm is lost ends, streamed or not, and the next one works", async () => {
  const tools = { f: { execute: () => new Promise(() => {}) } };
  const whole = ai.runTools(MODEL, { prompt: "call: f {}", tools });
  const stream = await ai.runTools(MODEL, { prompt: "call: f {}", tools, stream: true });
  const read = async () => {
    for await (const { type } of stream) if (type === "tool-call") wasm.lose(new Error("a trap"));
  };
  await assert.rejects(read(), { code: "INTERNAL" });
  await assert.rejects(whole, { code: "INTERNAL" });
  const again = await ai.runTools(MODEL, { prompt: "call: f {}", tools: { f: { execute: () => "fine" } } });
  assert.match(again.text, /The tool said: fine/);
});
