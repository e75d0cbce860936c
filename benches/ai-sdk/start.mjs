/** Prints the time to import a provider and to read its first stream, in milliseconds. */
import { bodyOf, cut, responseOf } from "../chunking.mjs";
import { PAYLOADS } from "../payloads/index.mjs";

const chunks = cut(PAYLOADS.chat(1).events, 0);
const run = async (_model, _inputs, options) =>
  options?.returnRawResponse ? responseOf(chunks) : bodyOf(chunks);
const load = {
  ours: async () => (await import("workers-ai-wasm/ai-sdk")).createWorkersAI,
  createAI: async () => (await import("../../tests/ai-sdk/create-ai.mjs")).createAI,
  "workers-ai-provider": async () => (await import("workers-ai-provider")).createWorkersAI,
};
const name = JSON.parse(process.argv[2]);

const start = performance.now();
const create = await load[name]();
const model = create({ binding: { run } })("@cf/meta/llama-3.3-70b-instruct-fp8-fast");
const { stream } = await model.doStream({
  prompt: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
});
let text = "";
for await (const part of stream) if (part.type === "text-delta") text += part.delta;
const ms = performance.now() - start;
if (text === "") throw new Error("nothing was read");
console.log(JSON.stringify(ms));
