// Run with --expose-gc by lifetime.test.mjs: streams that are dropped, each kind by itself. Prints what is left of them, as JSON.
import "../../traps/arm.mjs";
import { setTimeout as sleep } from "node:timers/promises";
import { newest } from "../../traps/arm.mjs";

const STREAMS = 10_000;
const FEWER = 1_000;
const encoder = new TextEncoder();
const { WorkersAI, VectorIndex } = await import("workers-ai-wasm");

let open = 0;
/** Replies that never end, and whether anybody still wants them. */
const fetch = async (_url, { signal }) => {
  open++;
  let over = false;
  const close = () => {
    if (!over) open--;
    over = true;
  };
  signal.addEventListener("abort", close);
  const body = new ReadableStream({
    start: (controller) =>
      controller.enqueue(encoder.encode('data: {"response":"a"}\n\ndata: {"response":"b"}\n\n')),
    cancel: close,
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};

// As a long-lived program would: one signal for everything.
const { signal } = new AbortController();
const ai = new WorkersAI({ baseURL: "https://proxy.example/ai", fetch });
const begin = () => ai.streamText("@cf/a/b", "x", { signal });

const KINDS = {
  unread: () => {},
  async "read in part"(stream) {
    await stream[Symbol.asyncIterator]().next();
  },
  async "text read in part"(stream) {
    await stream.textStream[Symbol.asyncIterator]().next();
  },
  async teed(stream) {
    await stream.tee()[0][Symbol.asyncIterator]().next();
  },
};

/** The least free handle: it tells whether all others have been given back. */
function slots() {
  const { engine_open, engine_close } = newest("core");
  const handle = engine_open(0, 1024);
  engine_close(handle);
  return handle - 1;
}

async function collected() {
  // Finalizers run in turns of their own, some time after the collection.
  for (let round = 0; round < 100 && (slots() > 0 || open > 1); round++) {
    globalThis.gc();
    await sleep(10);
  }
}

const report = {};
for (const [kind, use] of Object.entries(KINDS)) {
  for (let count = 0; count < (kind === "read in part" ? STREAMS : FEWER); count++) {
    await use(await begin());
    if (count % 500 !== 0) continue;
    // How many the collector lets wait is its own affair, and differs with what else the machine does.
    globalThis.gc();
    await sleep(1);
  }
  await collected();
  report[kind] = { slots: slots(), open, memory: newest("core").memory.buffer.byteLength };
}

// Whoever waits is not dropped, though nobody else knows of the stream.
const waiting = (async () => {
  const reader = (await ai.streamText("@cf/a/b", "x", { timeout: 300 }))[Symbol.asyncIterator]();
  for (let event = 0; event < 3; event++) await reader.next();
})().then(
  () => "ended",
  (error) => error.code,
);
for (let round = 0; round < 10; round++) {
  globalThis.gc();
  await sleep(5);
}
report.waiting = await waiting;

// Each takes a quarter of a MiB.
for (let count = 0; count < FEWER; count++) {
  new VectorIndex({ dimensions: 64, metric: "dot" }).add(new Float32Array(640));
  if (count % 20 !== 0) continue;
  globalThis.gc();
  await sleep(1);
}
report.indexes = newest("vectors").memory.buffer.byteLength;
console.log(JSON.stringify(report));
process.exit();
