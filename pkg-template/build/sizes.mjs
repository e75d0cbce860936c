/** What an application really loads, as shipped, and the limit that the build holds it to. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { GLUE } from "./typings.mjs";

/** Bytes of gzip for the wasm and all JavaScript that a chat stream loads, whatever the entry. */
export const LIMIT = 60 * 1024;

/**
 * @typedef {{ name: string, raw: number, gzip: number }} Size
 */

/**
 * @param {string} packageFolder
 * @returns {Promise<Size[]>}
 */
export async function measurePackage(packageFolder) {
  const dist = path.join(packageFolder, "dist");
  const wasm = path.join(dist, `${GLUE}_bg.wasm`);
  const closure = (entry) => closureOf(path.join(dist, entry));
  const rows = {
    "wasm alone": [wasm],
    "chat stream, index.js (wasm inlined)": await closure("index.js"),
    "chat stream, workerd.js + wasm": await closure("workerd.js"),
    "chat stream, slim.js + wasm": [wasm, ...(await closure("slim.js"))],
    "index.cjs (wasm inlined)": [path.join(dist, "index.cjs")],
  };
  return Promise.all(
    Object.entries(rows).map(async ([name, files]) => ({ name, ...(await measure(files)) })),
  );
}

/** @param {Size[]} sizes */
export function printSizes(sizes) {
  const width = Math.max(...sizes.map(({ name }) => name.length));
  for (const { name, raw, gzip } of sizes) {
    console.log(`size: ${name.padEnd(width)}  ${kilo(raw)} raw  ${kilo(gzip)} gzip`);
  }
}

/**
 * @param {Size[]} sizes
 * @returns {string[]} a sentence for each one over the limit
 */
export function complaintsAbout(sizes) {
  return sizes
    .filter(({ gzip }) => gzip > LIMIT)
    .map(({ name, gzip }) => `${name} has ${kilo(gzip).trim()} gzip, the limit is ${kilo(LIMIT).trim()}.`);
}

/** Each file on its own, since that is how they travel when nothing bundles them. */
async function measure(files) {
  let raw = 0;
  let gzip = 0;
  for (const file of files) {
    const content = await readFile(file);
    raw += content.length;
    gzip += gzipSync(content, { level: 9 }).length;
  }
  return { raw, gzip };
}

/** The entry and everything that it imports. */
async function closureOf(entry) {
  const folder = path.dirname(entry);
  const { metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: folder,
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    outdir: "out",
    // The content does not matter here; that the file is counted does.
    loader: { ".wasm": "empty" },
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs).map((file) => path.join(folder, file));
}

function kilo(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}
