// Run with --expose-gc by lifetime.test.mjs: streams that are broken off. Prints how much the memory has grown between the first of them
// and the last, as JSON.
import "../../traps/arm.mjs";
import { setTimeout as sleep } from "node:timers/promises";
import { newest } from "../../traps/arm.mjs";

const FIRST = 500;
const ALL = 2_500;
const AT_A_TIME = 500;
const encoder = new TextEncoder();
const { WorkersAI } = await import("workers-ai-wasm");

const chunk = encoder.encode('data: {"response":"a"}\n\n');
const reply = (body) => new Response(body, { headers: { "content-type": "text/event-stream" } });
const endless = () => reply(new ReadableStream({ start: (controller) => controller.enqueue(chunk) }));

async function drain(stream) {
  try {
    for await (const _event of stream);
  } catch {
    return;
  }
  throw new Error("the stream was whole");
}

/** How a stream is broken off: what the service sends, and what becomes of it. */
const KINDS = {
  "left in the middle": [
    endless,
    async (stream) => {
      for await (const _event of stream) break;
    },
  ],
  "aborted while it is read": [
    endless,
    async (stream) => {
      const over = drain(stream);
      stream.abort(new Error("enough"));
      await over;
    },
  ],
  truncated: [() => reply(new Blob([chunk]).stream()), drain],
  malformed: [() => reply(new Blob([chunk, 'data: {"response"\n\n']).stream()), drain],
  "failed connection": [
    () =>
      reply(
        new ReadableStream({
          pull(controller) {
            controller.error(new TypeError("reset"));
          },
        }),
      ),
    drain,
  ],
};

async function collected() {
  // Finalizers run in turns of their own, some time after the collection.
  for (let round = 0; round < 3; round++) {
    globalThis.gc();
    await sleep(1);
  }
}

async function measured() {
  await collected();
  return { heap: process.memoryUsage().heapUsed, wasm: newest("core").memory.buffer.byteLength };
}

const grown = {};
for (const [kind, [answer, use]] of Object.entries(KINDS)) {
  const ai = new WorkersAI({
    baseURL: "https://proxy.example/ai",
    fetch: async () => answer(),
    maxRetries: 0,
  });
  let before;
  for (let count = 1; count <= ALL; count++) {
    await use(await ai.streamText("@cf/a/b", "x"));
    if (count % AT_A_TIME === 0) await collected();
    if (count === FIRST) before = await measured();
  }
  const after = await measured();
  grown[kind] = { heap: after.heap - before.heap, wasm: after.wasm - before.wasm };
}
console.log(JSON.stringify(grown));
process.exit();
