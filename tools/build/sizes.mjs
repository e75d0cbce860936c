/** Measures the sizes that an application loads, as shipped, and checks their limits. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Limit of the wasm and all JavaScript for a chat stream, for any entry, in bytes of gzip. */
const CHAT_LIMIT = 177 * 1024;
/** Limit of the additional files for the first use of a task, in bytes of gzip. */
const TASKS_LIMIT = 296 * 1024;

/** The same for structured output and tools. */
const OBJECTS_LIMIT = 97 * 1024;

/** The same for the OpenAI API. */
const OPENAI_LIMIT = 115 * 1024;

/**
 * @typedef {{ name: string, raw: number, gzip: number, limit?: number }} Size
 */

/**
 * @param {string} packageFolder
 * @returns {Promise<Size[]>}
 */
export async function measurePackage(packageFolder) {
  const dist = path.join(packageFolder, "dist");
  const file = (name) => readFile(path.join(dist, name));
  const wasm = await file("workers_ai_wasm_bg.wasm");
  const chat = (entry) => applicationOf(dist, entry, "WorkersAI");
  const rows = [
    ["chat stream, index.js (wasm inlined)", CHAT_LIMIT, [await chat("index.js")]],
    ["chat stream, workerd.js + wasm", CHAT_LIMIT, [await chat("workerd.js"), wasm]],
    ["chat stream, slim.js + wasm", CHAT_LIMIT, [await chat("slim.js"), wasm]],
    ["wasm alone", undefined, [wasm]],
    ["the tasks, when used", TASKS_LIMIT, [await file("tasks-inlined.js"), await file("tasks.js")]],
    [
      "objects and tools, when used",
      OBJECTS_LIMIT,
      [await file("objects-inlined.js"), await file("objects.js")],
    ],
    [
      "OpenAI's HTTP interface, when used",
      OPENAI_LIMIT,
      [await file("openai-inlined.js"), await file("openai.js")],
    ],
    ["the provider for the AI SDK, beside the chat stream", undefined, [await file("ai-sdk.js")]],
    ["VectorIndex, when used", undefined, [await file("vectors-inlined.js"), await file("vectors.js")]],
  ];
  return rows.map(([name, limit, contents]) => ({ name, limit, ...measure(contents) }));
}

/** @param {Size[]} sizes */
export function printSizes(sizes) {
  const width = Math.max(...sizes.map(({ name }) => name.length));
  for (const { name, raw, gzip, limit } of sizes) {
    const most = limit === undefined ? "" : `, at most ${kilo(limit).trim()}`;
    console.log(`size: ${name.padEnd(width)}  ${kilo(raw)} raw  ${kilo(gzip)} gzip${most}`);
  }
}

/**
 * @param {Size[]} sizes
 * @returns {string[]} a message for each one over its limit
 */
export function complaintsAbout(sizes) {
  return sizes
    .filter(({ gzip, limit }) => gzip > limit)
    .map(
      ({ name, gzip, limit }) => `${name} has ${kilo(gzip).trim()} gzip, the limit is ${kilo(limit).trim()}.`,
    );
}

/** Each file is compressed separately, as it is sent. */
function measure(contents) {
  let raw = 0;
  let gzip = 0;
  for (const content of contents) {
    raw += content.length;
    gzip += gzipSync(content, { level: 9 }).length;
  }
  return { raw, gzip };
}

/**
 * The script of an application that imports one export of an entry, as bundled; lazy imports are external.
 */
async function applicationOf(dist, entry, name) {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from "./${entry}";`, resolveDir: dist },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    plugins: [laterImports],
    logLevel: "warning",
  });
  return outputFiles[0].contents;
}

const laterImports = {
  name: "later imports",
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path: name, kind }) =>
      kind === "dynamic-import" || name.endsWith(".wasm") ? { path: name, external: true } : undefined,
    );
  },
};

function kilo(bytes) {
  return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}
