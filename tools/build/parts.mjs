/**
 * `npm run build -- --parts`: the size of each part of the modules' code. The modules are optimised as for
 * shipping, but keep their function names, by whose prefixes sizes are summed.
 */
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { CODE, CUSTOM, FUNCTION, IMPORT, importsOf, Reader, sectionsOf } from "./binary.mjs";
import { shrink } from "./shrink.mjs";
import { glueOf, MODULES, namedWasmOf } from "./wasm.mjs";

const CRATE = "workers_ai_wasm::";

/** @returns {Promise<void>} prints a table for each module */
export async function printParts() {
  for (const module of MODULES) {
    const named = await readFile(namedWasmOf(module));
    const functions = namedFunctions(
      shrink(named, await readFile(glueOf(module), "utf8"), { keepNames: true }),
    );
    const all = functions.map(({ code }) => code);
    console.log(`\nparts of ${module.name}: ${functions.length} functions, ${sum(all)} bytes`);
    const whole = compressed(all);
    for (const [part, codes] of [...groupsOf(functions)].sort(([, a], [, b]) => sum(b) - sum(a))) {
      // The reduction in size without the part.
      const saved = whole - compressed(all.filter((code) => !codes.includes(code)));
      console.log(`${part.padEnd(44)}${String(sum(codes)).padStart(8)} raw${String(saved).padStart(8)} gzip`);
    }
  }
}

/** By crate; for this crate by the first two module names. */
function groupsOf(functions) {
  const groups = new Map();
  for (const { name, code } of functions) {
    const part = partOf(name);
    groups.set(part, [...(groups.get(part) ?? []), code]);
  }
  return groups;
}

function partOf(name) {
  const plain = name.replaceAll(/\[[0-9a-f]{16}\]/g, "");
  const own = plain.indexOf(CRATE);
  if (own >= 0) {
    const modules = plain.slice(own + CRATE.length).match(/^[a-z_\d]+(?:::[a-z_\d]+(?=::))?/)?.[0];
    return CRATE + (modules ?? "…");
  }
  return plain.match(/[a-z_\d]+(?=::)/i)?.[0] ?? "exports and the linker's";
}

function namedFunctions(wasm) {
  const sections = sectionsOf(wasm);
  const names = namesOf(sections);
  const imported = importedFunctions(sections);
  const reader = new Reader(sections.find(({ id }) => id === CODE).content);
  return Array.from({ length: reader.number() }, (_, index) => ({
    name: names.get(imported + index) ?? "",
    code: reader.bytes(),
  }));
}

/**
 * The names of functions by index: https://webassembly.github.io/spec/core/appendix/custom.html#name-section
 */
function namesOf(sections) {
  const names = new Map();
  for (const { id, content } of sections) {
    if (id !== CUSTOM) continue;
    const reader = new Reader(content);
    if (Buffer.from(reader.bytes()).toString() !== "name") continue;
    while (!reader.isAtEnd) {
      const [kind, part] = [reader.byte(), new Reader(reader.bytes())];
      if (kind !== 1) continue;
      for (let left = part.number(); left > 0; left--) {
        names.set(part.number(), Buffer.from(part.bytes()).toString());
      }
    }
  }
  return names;
}

function importedFunctions(sections) {
  const section = sections.find(({ id }) => id === IMPORT);
  if (section === undefined) return 0;
  return importsOf(section.content).filter(({ kind }) => kind === FUNCTION).length;
}

const sum = (codes) => codes.reduce((total, { length }) => total + length, 0);
const compressed = (codes) => gzipSync(Buffer.concat(codes), { level: 9 }).length;
