/** Writes the modified modules of the trap suite to the consumer, for runtimes that cannot create them. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const MODULES = { core: "wasm", tasks: "tasks", objects: "objects", openai: "openai", vectors: "vectors" };
const written = new WeakMap();

/** @param {import("./consumer.mjs").Consumer} consumer */
export function writeDoctored(consumer) {
  if (!written.has(consumer)) written.set(consumer, write(consumer));
  return written.get(consumer);
}

async function write({ folder, installed }) {
  const { doctored } = await import("../traps/doctored.mjs");
  const target = path.join(folder, "tests", "traps", "modules");
  await mkdir(target, { recursive: true });
  for (const [name, file] of Object.entries(MODULES)) {
    const bytes = await readFile(path.join(installed, "dist", `workers_ai_${file}_bg.wasm`));
    await writeFile(path.join(target, `${name}.wasm`), doctored(bytes));
  }
}
