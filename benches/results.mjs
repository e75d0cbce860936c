/** Writes the measurements for programs. */
import { mkdir, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root } from "../tools/setup/process.mjs";

/** @returns {Promise<string>} the file, relative to the repository */
export async function save(name, results) {
  const folder = path.join(root, "benches", "results");
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name}.json`);
  const machine = {
    platform: process.platform,
    arch: process.arch,
    cpu: os.cpus()[0]?.model,
    cores: os.cpus().length,
  };
  await writeFile(
    file,
    `${JSON.stringify({ date: new Date().toISOString(), machine, ...results }, null, 2)}\n`,
  );
  return path.relative(root, file);
}
