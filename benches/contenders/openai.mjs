/** `openai`, pointed at the service as Cloudflare's documentation says. */
import OpenAI from "openai";
import { add } from "../checksum.mjs";
import { responseOf } from "../chunking.mjs";
import { contentOf } from "./content.mjs";

let chunks;
const client = new OpenAI({
  apiKey: "bench",
  baseURL: "https://bench.invalid/ai/v1",
  fetch: async () => responseOf(chunks),
  dangerouslyAllowBrowser: true,
});

async function read(from) {
  chunks = from;
  const stream = await client.chat.completions.create({
    model: "@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    messages: [{ role: "user", content: "Hi" }],
    stream: true,
  });
  let sum = 0;
  for await (const chunk of stream) sum = add(sum, contentOf(chunk));
  return sum;
}

export const contenders = [{ name: "openai", reads: "pieces", read }];
