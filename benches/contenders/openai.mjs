/**
 * `openai`, configured for the service as in Cloudflare's documentation: the newest, and the last version 6.
 * Version 7 has another stream reader; the older one's time for a chunk is quadratic in its size.
 */
import OpenAI from "openai";
import OpenAI6 from "openai-6";
import { add } from "../checksum.mjs";
import { responseOf } from "../chunking.mjs";
import { contentOf } from "./content.mjs";

function contender(name, Client) {
  let chunks;
  const client = new Client({
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

  return { name, reads: "pieces", read };
}

export const contenders = [contender("openai", OpenAI), contender("openai 6", OpenAI6)];
