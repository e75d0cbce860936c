/**
 * The memory that remains when a long stream has ended and been dropped: wasm memory and the JavaScript heap,
 * compared with those after its first thousand tokens. `npm run bench -- memory`, after `npm run build` also
 * `node benches/memory.mjs`.
 */
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { capture, root } from "../tools/setup/process.mjs";
import { READERS } from "./memory/readers.mjs";
import { save } from "./results.mjs";

const TOKENS = 1_000_000;

/**
 * Runs each reader in a process of its own, so that they do not affect each other.
 *
 * @param {string} node the path of Node
 * @param {{ tokens?: number, installed?: string }} [settings] `installed`: the folder of another package than
 *   the built one
 * @returns {Promise<{ reader: string, tokens: number, characters: number, early: object, late: object }[]>}
 *   `early` and `late`: bytes in use on the JavaScript `heap`, in array `buffers`, elsewhere `outside` of it,
 *   and in `wasm` memory
 */
export async function measureMemory(node, { tokens = TOKENS, installed } = {}) {
  const measured = [];
  for (const reader of Object.keys(READERS)) {
    const file = path.join(root, "benches", "memory", "program.mjs");
    const { status, stdout, output } = await capture(node, [
      "--expose-gc",
      file,
      JSON.stringify({ reader, tokens, installed }),
    ]);
    if (status !== 0) throw new Error(`reading ${reader} failed:\n${output}`);
    measured.push(JSON.parse(stdout));
  }
  return measured;
}

/** Measures, prints, writes. @param {string} node the path of Node */
export async function runMemory(node) {
  const measured = await measureMemory(node);
  console.log(`\nmemory in use after 1000 tokens, and when a stream of ${TOKENS} is over and dropped (KB)`);
  for (const { reader, early, late } of measured) {
    const parts = Object.keys(early).map((part) => `${part} ${kilo(early[part])} -> ${kilo(late[part])}`);
    console.log(`${reader.padEnd(6)}  ${parts.join("   ")}`);
  }
  console.log(`written to ${await save("memory", { readers: measured })}`);
}

const kilo = (bytes) => (bytes / 1000).toFixed(0).padStart(6);

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runMemory(process.execPath);
