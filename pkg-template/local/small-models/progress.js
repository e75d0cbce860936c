// A progress bar for downloads that other programs make: it watches what they have written so far.

import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const WIDTH = 28;
const INTERVAL_MS = 200;
const MEGABYTE = 1e6;

/**
 * Shows how a folder grows while some work runs: a bar on a terminal, one line elsewhere.
 *
 * @param {{ label: string, folder: string, total: number, out?: NodeJS.WriteStream }} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @template T
 */
export async function withProgress({ label, folder, total, out = process.stderr }, work) {
  const size = `${Math.round(total / MEGABYTE)} MB`;
  if (!out.isTTY) {
    out.write(`${label} (about ${size})\n`);
    return work();
  }
  const draw = (bytes) => {
    const part = Math.min(bytes / total, 1);
    const full = Math.round(part * WIDTH);
    const bar = `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
    out.write(`\r${label} ${bar} ${Math.round(Math.min(bytes, total) / MEGABYTE)} of ${size} `);
  };
  const before = await bytesIn(folder);
  draw(0);
  let measuring = false;
  const timer = setInterval(async () => {
    if (measuring) return;
    measuring = true;
    draw((await bytesIn(folder)) - before);
    measuring = false;
  }, INTERVAL_MS);
  try {
    const result = await work();
    draw(total);
    return result;
  } finally {
    clearInterval(timer);
    out.write("\n");
  }
}

/** The bytes of all files below a folder. Files come and go meanwhile; what is gone counts nothing. */
async function bytesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath ?? entry.path, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
