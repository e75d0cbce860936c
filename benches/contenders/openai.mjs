/**
 * `openai`, pointed at the service as Cloudflare's documentation says: the newest, and the last version 6. In the course of version 7 it
 * got another reader of streams; the older one's time for a chunk grows with the square of its size.
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
