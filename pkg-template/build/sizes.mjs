/** What an application really loads, as shipped, and the limit that the build holds it to. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { GLUE } from "./typings.mjs";

/** Bytes of gzip for the wasm and all JavaScript that a chat stream loads, whatever the entry. */
export const LIMIT = 60_000;

/**
 * Prints the sizes; throws when an entry is over the limit.
 *
 * @param {string} packageFolder
 */
export async function reportSizes(packageFolder) {
  const dist = path.join(packageFolder, "dist");
  const wasm = path.join(dist, `${GLUE}_bg.wasm`);
  const rows = [
    ["wasm alone", await measure([wasm])],
    ["chat stream, index.js (wasm inlined)", await measure(await closureOf(path.join(dist, "index.js")))],
    ["chat stream, workerd.js + wasm", await measure(await closureOf(path.join(dist, "workerd.js")))],
    ["chat stream, slim.js + wasm", await measure([wasm, ...(await closureOf(path.join(dist, "slim.js")))])],
    ["index.cjs (wasm inlined)", await measure([path.join(dist, "index.cjs")])],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, { raw, gzip }] of rows) {
    console.log(`size: ${name.padEnd(width)}  ${kilo(raw)} raw  ${kilo(gzip)} gzip`);
  }
  const over = rows.filter(([, { gzip }]) => gzip > LIMIT).map(([name]) => name);
  if (over.length > 0) throw new Error(`over the limit of ${LIMIT / 1000} kB gzip: ${over.join("; ")}`);
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
  return `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
}
