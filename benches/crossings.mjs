/**
 * Counts the calls from JavaScript into the wasm and out of it per API call, by the names of the glue's
 * functions. `node benches/crossings.mjs`, after `npm run build`; `--names` lists them.
 */
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { root } from "../tools/setup/process.mjs";

const MODEL = "@cf/meta/llama-3.1-8b-instruct-fast";
const showNames = process.argv.includes("--names");
/** Allocations for strings, which the glue makes before it calls the wasm. */
const ALLOCATION = /__wbindgen_(malloc|realloc|free)/;

/** @type {string[] | undefined} the recorded calls, while recording */
let crossed;

const counted = (direction, functions) =>
  Object.fromEntries(
    Object.entries(functions).map(([name, value]) => {
      if (typeof value !== "function") return [name, value];
      const count = (...args) => {
        crossed?.push(`${direction} ${name}`);
        return value(...args);
      };
      return [name, count];
    }),
  );

const { Instance } = WebAssembly;
WebAssembly.Instance = function CountedInstance(module, imports) {
  const wrapped = Object.entries(imports).map(([name, functions]) => [name, counted("out", functions)]);
  const { exports } = new Instance(module, Object.fromEntries(wrapped));
  return { exports: counted("in", exports) };
};

const { WorkersAI } = await import(pathToFileURL(path.join(root, "pkg", "dist", "index.js")).href);

async function measure(title, work) {
  crossed = [];
  await work();
  const all = crossed;
  crossed = undefined;
  const count = (direction) =>
    all.filter((name) => name.startsWith(direction) && !ALLOCATION.test(name)).length;
  console.log(`${title}: ${count("in")} in, ${count("out")} out`);
  if (!showNames) return;
  for (const name of [...new Set(all)].sort()) {
    console.log(`${String(all.filter((other) => other === name).length).padStart(6)} ${name}`);
  }
}

const json = (value) =>
  new Response(JSON.stringify(value), { headers: { "content-type": "application/json" } });

function eventStream(events, perChunk) {
  const lines = Array.from({ length: events }, (_, at) => `data: {"response":"token ${at}","p":"abc"}\n\n`);
  lines.push("data: [DONE]\n\n");
  const body = new ReadableStream({
    pull(controller) {
      if (lines.length === 0) return controller.close();
      controller.enqueue(new TextEncoder().encode(lines.splice(0, perChunk).join("")));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const answer = { response: "Hello", usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
let reply = () => json({ result: answer, success: true, errors: [], messages: [] });
const overHttp = new WorkersAI({
  accountId: "0".repeat(32),
  apiToken: "a-token",
  fetch: async () => reply(),
});
const onBinding = new WorkersAI({ binding: { run: async () => json(answer) } });

// Warms up caches.
for (let warm = 0; warm < 3; warm++) {
  await overHttp.generateText(MODEL, "Hi");
  await onBinding.run(MODEL, { prompt: "Hi" });
}
await measure("generateText over REST", () => overHttp.generateText(MODEL, "Hi"));
await measure("run on the binding", () => onBinding.run(MODEL, { prompt: "Hi" }));
await measure("generateText on the binding", () => onBinding.generateText(MODEL, "Hi"));

let stream;
for (const [chunks, perChunk] of [
  [10, 1],
  [100, 1],
  [100, 10],
]) {
  reply = () => eventStream(chunks * perChunk - 1, perChunk);
  if (stream === undefined) {
    await measure("streamText until it has its stream", async () => {
      stream = await overHttp.streamText(MODEL, "Hi");
    });
  } else {
    stream = await overHttp.streamText(MODEL, "Hi");
  }
  await measure(`a stream of ${chunks} chunks, ${perChunk} events each`, async () => {
    for await (const _ of stream);
  });
}
