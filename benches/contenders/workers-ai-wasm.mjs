/** The package in this repository, as built. */
import { WorkersAI } from "workers-ai-wasm";
import { add } from "../checksum.mjs";
import { responseOf } from "../chunking.mjs";
import { contentOf } from "./content.mjs";

const MODEL = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";

let chunks;
const client = new WorkersAI({ baseURL: "https://bench.invalid/ai", fetch: async () => responseOf(chunks) });

async function streamEvents(from) {
  chunks = from;
  let sum = 0;
  for await (const event of await client.streamText(MODEL, "Hi")) {
    if (event.type === "text") sum = add(sum, event.text);
    else if (event.type === "tool-call-delta") sum = add(sum, event.argumentsDelta);
  }
  return sum;
}

async function streamChunks(from) {
  chunks = from;
  let sum = 0;
  for await (const chunk of await client.run(MODEL, { prompt: "Hi", stream: true })) {
    sum = add(sum, contentOf(chunk));
  }
  return sum;
}

async function text(from) {
  chunks = from;
  return (await client.streamText(MODEL, "Hi")).text();
}

export const contenders = [
  { name: "ours: events", reads: "pieces", read: streamEvents },
  { name: "ours: chunks", reads: "pieces", read: streamChunks },
  { name: "ours: text", reads: "text", read: text },
];
