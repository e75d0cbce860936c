// Recordings as files: one JSON file per exchange, named after the request, so that the same request
// replaces it.

import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";

const nameOf = ({ operation, model, key }) =>
  `${[operation, model]
    .filter(Boolean)
    .join(" ")
    .replace(/[^\w.-]+/g, "-")
    .slice(0, 80)}-${key}.json`;

export async function writeExchange(folder, exchange) {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, nameOf(exchange));
  // Renamed atomically, so that a concurrent reader sees a complete file.
  const next = `${file}.${crypto.randomUUID()}.tmp`;
  // The file contains prompts, so only the owner may read it.
  await writeFile(next, `${JSON.stringify(exchange, undefined, 2)}\n`, { mode: 0o600 });
  await rename(next, file);
}

export async function readExchanges(folder) {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => {
      try {
        return JSON.parse(await readFile(path.join(folder, file), "utf8"));
      } catch (error) {
        throw new Error(`The recording ${file} can't be read`, { cause: error });
      }
    }),
  );
}
