/**
 * Makes the module small: takes the panic messages out, then optimises.
 *
 * The crate is built to abort on a panic, so its message has no way out: JavaScript sees a trap and nothing else. The code that
 * puts such messages together is a tenth of the module. Its functions are known by name; each becomes a trap, and whatever only
 * they called goes with them.
 */
import binaryen from "binaryen";
import { arrange } from "./arrange.mjs";
import { dataOf } from "./binary.mjs";

/** What the runtimes that are served all have; wasm-opt's own default is more than Node 20 takes. */
const FEATURES = [
  "SIMD128",
  "BulkMemory",
  "BulkMemoryOpt",
  "NontrappingFPToInt",
  "SignExt",
  "MutableGlobals",
  "ReferenceTypes",
  "Multivalue",
];

/** Functions that never return. */
const PANICS =
  /::panicking::|^__rustc\S*::(?:rust_begin_unwind|rust_panic|__rust_start_panic)|(?:slice|str)::\S*(?:_fail|_fail_rt)$|(?:option|result)::(?:unwrap|expect)_failed$|::(?:handle_alloc_error|capacity_overflow|alloc_error_handler|panic_access_error|panic_poisoned|panic_already_\w+)/;

/**
 * @param {Uint8Array} wasm with names
 * @param {string} glue its glue
 * @returns {Uint8Array} without
 */
export function shrink(wasm, glue) {
  const module = binaryen.readBinary(withoutPanicTexts(wasm));
  module.setFeatures(FEATURES.reduce((all, name) => all | feature(name), 0));
  let named = false;
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const ref = module.getFunctionByIndex(index);
    const { name, module: importedFrom } = binaryen.getFunctionInfo(ref);
    named ||= !/^\d+$/.test(name);
    // Names carry the hash of their crate.
    if (importedFrom || !PANICS.test(name.replaceAll(/\[[0-9a-f]{16}\]/g, ""))) continue;
    binaryen.Function(ref).body = module.unreachable();
  }
  removeUnused(module, glue);
  if (!named) throw new Error("the module has lost its names: no panic function can be found");
  binaryen.setDebugInfo(false);
  // Of functions with one caller only small ones are inlined: others make the callers' locals many and their numbers long.
  binaryen.setOneCallerInlineMaxSize(25);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  // Nothing lies in the first kilobyte: the linker puts the stack there.
  binaryen.setLowMemoryUnused(true);
  module.runPasses(["flatten", "rereloop"]);
  // The second run sees what the first has freed.
  module.optimize();
  module.optimize();
  // Who has compiled it, and for which features.
  module.runPasses(["strip-producers", "strip-target-features"]);
  arrange(module);
  if (!module.validate()) throw new Error("the shrunken module is not valid");
  return module.emitBinary();
}

/** Removes exports that the glue has no word of, with what only they need. */
function removeUnused(module, glue) {
  const used = new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name));
  // The readers of streams and kernels look at it.
  used.add("memory");
  for (let index = module.getNumExports() - 1; index >= 0; index--) {
    const { name } = binaryen.getExportInfo(module.getExportByIndex(index));
    if (!used.has(name)) module.removeExport(name);
  }
}

/** Names of source files: those of the machine that built. */
const FILE_NAMES = /(?:\/|src|crates|rust|cargo)[\w./@+-]*\/[\w.-]+\.rs/g;
/** What the standard library and this crate say in a panic, as far as it takes room. */
const PANIC_TEXTS =
  /slice index starts at |index out of bounds: the len is | but (?:the index is|ends at) |range (?:start|end) index | out of range for slice of length |copy_from_slice: source slice length \(|\) does not match destination slice length \(|the buffer must be padded|written beyond the buffer|assertion failed: [ -~]+\(\)|cannot access a Thread Local Storage value during or after destruction: |AccessError|dest is out of bounds|mid > len|Tried to shrink to a larger capacity|capacity overflow|RefCell already (?:mutably )?borrowed|internal error: entered unreachable code|called `[\w:]+\(\)` on an? `\w+` value/g;

/** Overwrites in the data what only panics told: these texts, and the places in source files, each of which is a name's address and
 * length, a line and a column. */
function withoutPanicTexts(wasm) {
  const clean = Buffer.from(wasm);
  for (const { address, bytes } of dataOf(clean)) {
    const text = latin1(bytes);
    const names = new Map();
    for (const { index, 0: name } of text.matchAll(FILE_NAMES)) names.set(address + index, name.length);
    for (let at = 0; at + 16 <= bytes.length; at += 4) {
      const length = names.get(bytes.readUInt32LE(at));
      if (length !== undefined && length === bytes.readUInt32LE(at + 4)) bytes.fill(0, at, at + 16);
    }
    for (const pattern of [FILE_NAMES, PANIC_TEXTS]) {
      for (const { index, 0: told } of text.matchAll(pattern)) bytes.fill(0, index, index + told.length);
    }
  }
  return clean;
}

const latin1 = (bytes) => Buffer.from(bytes).toString("latin1");

function feature(name) {
  const bit = binaryen.Features[name];
  if (bit === undefined) throw new Error(`binaryen knows no feature ${name}`);
  return bit;
}
