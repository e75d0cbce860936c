/**
 * Shortens the names of the wasm's imports. wasm-bindgen's own, such as `__wbg_append_d1e1b5a6fd0f5e9d`, end
 * in a hash that does not compress, and are in both the wasm and the glue: for a Rust client with 168 of
 * them, 5.4 KiB of gzip.
 */
import { encoded, IMPORT, importsOf, moduleOf, sectionsOf } from "./binary.mjs";

/**
 * @param {Uint8Array} wasm
 * @param {string} glue
 * @returns {{ wasm: Uint8Array, glue: string }}
 */
export function shortenImports(wasm, glue) {
  const names = new Map();
  const sections = sectionsOf(wasm).map(({ id, content }) => ({
    id,
    content: id === IMPORT ? renamed(content, names) : content,
  }));
  return { wasm: moduleOf(sections), glue: renamedGlue(glue, names) };
}

/** @param {Map<string, string>} names receives the short name of each */
function renamed(content, names) {
  const imports = importsOf(content);
  const parts = [encoded(imports.length)];
  for (const { module, name, description } of imports) {
    // The package's own files export their names, so these imports keep theirs.
    const isGlues = module.endsWith("_bg.js");
    if (isGlues && !names.has(name)) names.set(name, shortName(names.size));
    parts.push(text(module), text(isGlues ? names.get(name) : name), description);
  }
  return Buffer.concat(parts.map((part) => Buffer.from(part)));
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function shortName(index) {
  const rest = Math.floor(index / LETTERS.length);
  return LETTERS[index % LETTERS.length] + (rest === 0 ? "" : (rest - 1).toString(36));
}

/** Renames their definitions in the glue, each a member of an object on a line of its own. */
function renamedGlue(glue, names) {
  let result = glue;
  for (const [name, short] of names) {
    const member = `\n        ${name}: `;
    const count = result.split(member).length - 1;
    if (count !== 1) throw new Error(`wasm-bindgen's glue defines ${name} ${count} times`);
    result = result.replace(member, `\n        ${short}: `);
  }
  return result;
}

function text(string) {
  const bytes = Buffer.from(string);
  return [...encoded(bytes.length), ...bytes];
}
