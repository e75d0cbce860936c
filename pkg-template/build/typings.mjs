/**
 * The typings of the entries.
 *
 * The hand-written ones arrive in the glue's .d.ts through `typescript_custom_section`. The entries export from there
 * what belongs to the public; the glue's own loading functions stay behind.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build } from "esbuild";

/** The name that wasm-bindgen gives to the glue. */
export const GLUE = "workers_ai_wasm";

/** From here on the glue's typings are about loading the wasm. They need the DOM's types, which a server lacks. */
const LOADING_PART = "export type InitInput";
/** Public though no entry exports it as a value: it is only ever received. */
const TYPE_ONLY_CLASSES = ["AIStream"];

/**
 * @param {string} glueTypings the .d.ts that wasm-bindgen wrote
 * @param {string} dist where the entries are, and where the typings go
 */
export async function writeTypings(glueTypings, dist) {
  const text = await readFile(glueTypings, "utf8");
  const end = text.indexOf(LOADING_PART);
  if (end < 0) throw new Error(`wasm-bindgen's typings have no "${LOADING_PART}" any more`);
  const api = `${text.slice(0, end).trimEnd()}\n`;

  const values = await exportsOf(path.join(dist, "index.js"));
  const missing = values.filter(
    (name) => !declares(api, "class|function|const|let|enum|abstract class", name),
  );
  if (missing.length > 0) {
    throw new Error(`index.js exports ${missing.join(", ")}, which no typescript_custom_section declares`);
  }
  const types = [...api.matchAll(/^export (?:declare )?(?:interface|type) ([A-Za-z_$][\w$]*)/gm)].map(
    (m) => m[1],
  );
  for (const name of TYPE_ONLY_CLASSES) {
    if (declares(api, "class", name)) types.push(name);
    else if (!types.includes(name)) throw new Error(`no typescript_custom_section declares ${name}`);
  }

  const slim = await readFile(path.join(dist, "slim.d.ts"), "utf8");
  // A CommonJS file cannot take its types from an ES module: both forms get their own, same text.
  for (const [ending, extension] of [
    [".d.ts", ".js"],
    [".d.cts", ".cjs"],
  ]) {
    await writeFile(path.join(dist, `${GLUE}${ending}`), api);
    const from = `"./${GLUE}${extension}"`;
    const index = [`export { ${values.join(", ")} } from ${from};`];
    if (types.length > 0)
      index.push(`export type { ${[...new Set(types)].sort().join(", ")} } from ${from};`);
    await writeFile(path.join(dist, `index${ending}`), `${index.join("\n")}\n`);
    await writeFile(
      path.join(dist, `slim${ending}`),
      slim.replaceAll(/"(\.\/[\w-]+)\.js"/g, `"$1${extension}"`),
    );
  }
}

function declares(api, kinds, name) {
  return new RegExp(`^export (?:declare )?(?:${kinds}) ${name}\\b`, "m").test(api);
}

async function exportsOf(entry) {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    outdir: "out",
    logLevel: "warning",
  });
  return Object.values(metafile.outputs)
    .flatMap((output) => output.exports)
    .sort();
}
