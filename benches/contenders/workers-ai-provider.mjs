/**
 * `workers-ai-provider`: its model alone, and with `streamText` of `ai` as in its README, which adds the cost
 * of `ai` itself.
 */
import { streamText } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { addPart } from "../checksum.mjs";
import { bodyOf } from "../chunking.mjs";

let chunks;
// The genuine binding returns the body, not the response.
const provider = createWorkersAI({ binding: { run: async () => bodyOf(chunks) } });
const model = provider("@cf/meta/llama-3.3-70b-instruct-fp8-fast");

async function readModel(from) {
  chunks = from;
  const prompt = [{ role: "user", content: [{ type: "text", text: "Hi" }] }];
  const { stream } = await model.doStream({ prompt });
  let sum = 0;
  // Uses a reader: not every browser can iterate a stream.
  const reader = stream.getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return sum;
    sum = addPart(sum, value);
  }
}

async function readThroughAI(from) {
  chunks = from;
  let sum = 0;
  for await (const part of streamText({ model, prompt: "Hi", maxRetries: 0 }).fullStream) {
    sum = addPart(sum, part);
  }
  return sum;
}

export const contenders = [
  { name: "workers-ai-provider", reads: "pieces", read: readModel },
  { name: "provider + ai", reads: "pieces", read: readThroughAI },
];
