/** Hashes of the last build's inputs, by content: file times are meaningless after a checkout. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/process.mjs";

const stampFile = path.join(root, "build", "stamp.json");

/**
 * @param {string[]} entries files and folders below the root
 * @returns {string} one hash over the names and contents of all files in them
 */
export function hashOf(entries) {
  const hash = createHash("sha256");
  for (const entry of entries) {
    for (const file of filesOf(path.join(root, entry))) {
      const content = readFileSync(file);
      hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex");
}

function filesOf(entry) {
  if (!existsSync(entry)) return [];
  if (statSync(entry).isFile()) return [entry];
  return readdirSync(entry, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => path.join(item.parentPath ?? item.path, item.name))
    .sort();
}

/** @returns {{ crate?: string, dressed?: string, local?: string }} */
export function readStamp() {
  return existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, "utf8")) : {};
}

/** @param {{ crate?: string, dressed?: string, local?: string }} stamp */
export function writeStamp(stamp) {
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${JSON.stringify(stamp)}\n`);
}
