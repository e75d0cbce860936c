/**
 * The typings of the entries.
 *
 * The hand-written ones are in the glue's .d.ts through `typescript_custom_section`; those of the models are
 * generated from the catalogue. The entries re-export the public types; the glue's own loading functions are
 * not exported.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { readCatalog } from "./catalog.mjs";
import { modelTypings } from "./model-typings.mjs";

/**
 * From here on the glue's typings declare its loading functions. They need the DOM's types, which servers
 * lack.
 */
const LOADING_PART = "export type InitInput";
/** Public types that no entry exports as a value: programs only receive instances. */
const TYPE_ONLY_CLASSES = ["AIStream"];
/** The typings that are shared by all entries. */
const API = "api";

/**
 * @param {object} from
 * @param {string} from.glue the .d.ts that wasm-bindgen wrote
 * @param {string} from.entries the folder with the entries' own typings
 * @param {string} from.dist where the typings go
 * @param {string[]} from.values what the main entry exports
 */
export async function writeTypings({ glue, entries, dist, values }) {
  const text = await readFile(glue, "utf8");
  const end = text.indexOf(LOADING_PART);
  if (end < 0) throw new Error(`wasm-bindgen's typings have no "${LOADING_PART}" any more`);
  // The glue's classes support `using`, whose symbol is not in every project's `lib`.
  const written = `/// <reference lib="esnext.disposable" />\n${text.slice(0, end).trimEnd()}\n`;
  const api = `${written}\n${modelTypings(await readCatalog())}`;

  const missing = values.filter(
    (name) => !declares(api, "class|function|const|let|enum|abstract class", name),
  );
  if (missing.length > 0) {
    throw new Error(`index.js exports ${missing.join(", ")}, which no typescript_custom_section declares`);
  }
  const declared = api.matchAll(/^export (?:declare )?(?:interface|type) ([A-Za-z_$][\w$]*)/gm);
  // A class whose interface is spread over several sections is exported as a value.
  const types = new Set([...declared].map((match) => match[1]).filter((name) => !values.includes(name)));
  for (const name of TYPE_ONLY_CLASSES) {
    if (declares(api, "class|interface|type", name)) types.add(name);
    else throw new Error(`no typescript_custom_section declares ${name}`);
  }

  const others = ["slim", "tools", "ai-sdk", "openai"].map(async (name) => [
    name,
    await readFile(path.join(entries, `${name}.d.ts`), "utf8"),
  ]);
  const own = await Promise.all(others);
  // A CommonJS file cannot import its types from an ES module: both have copies of the same text.
  for (const [ending, extension] of [
    [".d.ts", ".js"],
    [".d.cts", ".cjs"],
  ]) {
    const from = `"./${API}${extension}"`;
    const index = [`export { ${values.join(", ")} } from ${from};`];
    if (types.size > 0) index.push(`export type { ${[...types].sort().join(", ")} } from ${from};`);
    await writeFile(path.join(dist, `${API}${ending}`), api);
    await writeFile(path.join(dist, `index${ending}`), `${index.join("\n")}\n`);
    for (const [name, text] of own) {
      const named = text.replaceAll(/"(\.\/[\w-]+)\.js"/g, `"$1${extension}"`);
      await writeFile(path.join(dist, `${name}${ending}`), named);
    }
  }
  const wasm = await readFile(path.join(entries, "wasm.d.ts"), "utf8");
  await writeFile(path.join(dist, "wasm.d.ts"), wasm);
}

function declares(api, kinds, name) {
  return new RegExp(`^export (?:declare )?(?:${kinds}) ${name}\\b`, "m").test(api);
}
