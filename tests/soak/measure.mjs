/** What is in use, and what is open, in this process. Node with --expose-gc. */
import process from "node:process";
import { wasmBytes } from "./wasm-memory.mjs";

/** @returns {Promise<{ heap: number, buffers: number, wasm: number[] }>} bytes, after the collector has run */
export async function inUse() {
  // What runs when an object is gone runs after the collector, and may let go of others.
  for (let round = 0; round < 4; round++) {
    globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, buffers: arrayBuffers, wasm: wasmBytes() };
}

/** What keeps a process alive, besides what it was born with. */
export function openHandles(before) {
  const left = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Where Node's fetch has what keeps its connections; nothing else can close them. */
const DISPATCHER = Symbol.for("undici.globalDispatcher.1");

/** Closes the connections that fetch keeps for its next requests. */
export async function closeConnections() {
  const used = globalThis[DISPATCHER];
  globalThis[DISPATCHER] = new used.constructor();
  await used.close();
}
