/**
 * Reads one long stream with one reader and prints the memory in use as JSON. Requires Node with --expose-gc.
 */
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { endlessBody, prepare } from "./endless-body.mjs";
import { READERS } from "./readers.mjs";
import { wasmBytes } from "./wasm-memory.mjs";

const EARLY = 1000;

const { reader, tokens, installed } = JSON.parse(process.argv[2]);
const entry = installed && pathToFileURL(path.join(installed, "dist", "index.js")).href;
const { WorkersAI } = await import(entry ?? "workers-ai-wasm");

function inUse() {
  globalThis.gc();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  // `external` includes wasm memory and all other buffers; wasm memory is reported separately.
  return {
    heap: heapUsed,
    buffers: arrayBuffers,
    outside: external - arrayBuffers - wasmBytes(),
    wasm: wasmBytes(),
  };
}

let early;
// Referenced to the end, so that it is in both measurements.
const prepared = prepare("legacy");
const body = () =>
  endlessBody(prepared, tokens, (sent) => {
    if (sent === EARLY) early = inUse();
  });
const client = new WorkersAI({
  baseURL: "https://bench.invalid/ai",
  fetch: async () => new Response(body(), { headers: { "content-type": "text/event-stream" } }),
});

const characters = await READERS[reader](client, "@cf/meta/llama-3.3-70b-instruct-fp8-fast");
// Finalizers run after a collection, and the next collection frees their buffers.
for (let round = 0; round < 2; round++) {
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
}
const late = inUse();
console.log(JSON.stringify({ reader, tokens, characters, early, late }));
if (prepared.chunks.length === 0) throw new Error("nothing was sent");
