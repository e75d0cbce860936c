/** Node, Deno and Bun: nothing that is left keeps the process alive. The runner waits for its end. */
import process from "node:process";
import { WorkersAI } from "workers-ai-wasm";

const MODEL = "@cf/meta/llama-3.1-8b-instruct";
const SPEECH = "@cf/deepgram/aura-1";

/** Bodies that never end, and that no socket stands behind. */
const endless = (type, first) => () => {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(first)),
  });
  return Promise.resolve(new Response(body, { headers: { "content-type": type } }));
};
const client = (fetch) => new WorkersAI({ accountId: "0".repeat(32), apiToken: "token", fetch });
const texts = client(endless("text/event-stream", 'data: {"response":"a"}\n\n'));
const bytes = client(endless("audio/mpeg", "ID3"));

const LEFT = {
  "a stream that nobody reads": () => texts.streamText(MODEL, "x"),
  "a stream that was begun": async () => {
    const stream = await texts.streamText(MODEL, "x");
    const reader = stream[Symbol.asyncIterator]();
    await reader.next();
  },
  "a chunk stream that nobody reads": () => texts.run(MODEL, { prompt: "x", stream: true }),
  "a response": async () => (await texts.streamText(MODEL, "x")).toResponse(),
  "a response that was begun": async () => {
    const reader = (await texts.streamText(MODEL, "x")).toResponse().body.getReader();
    await reader.read();
  },
  "halves of a stream": async () => (await texts.streamText(MODEL, "x")).tee(),
  "a raw response": () => texts.run(MODEL, { prompt: "x", stream: true }, { returnRawResponse: true }),
  "bytes of run": () => bytes.run(SPEECH, { text: "x" }),
};

for (const [name, leave] of Object.entries(LEFT)) {
  let line;
  try {
    await leave();
    line = { test: name, ok: true };
  } catch (error) {
    line = { test: name, ok: false, error: String(error?.stack ?? error) };
  }
  console.log(JSON.stringify(line));
}
console.log(JSON.stringify({ done: Object.keys(LEFT).length }));
process.exitCode = 0;
