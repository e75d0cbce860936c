/**
 * Makes the module small: takes the panic messages out, then optimises.
 *
 * The crate is built to abort on a panic, so its message has no way out: JavaScript sees a trap and nothing else. The code that
 * puts such messages together is a tenth of the module. Its functions are known by name; each becomes a trap, and whatever only
 * they called goes with them.
 */
import binaryen from "binaryen";

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
 * @returns {Uint8Array} without
 */
export function shrink(wasm) {
  const module = binaryen.readBinary(wasm);
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
  if (!named) throw new Error("the module has lost its names: no panic function can be found");
  binaryen.setDebugInfo(false);
  // Functions with one caller stay functions: inlined, they make the callers' locals many and their numbers long.
  binaryen.setOneCallerInlineMaxSize(0);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  // Nothing lies in the first kilobyte: the linker puts the stack there.
  binaryen.setLowMemoryUnused(true);
  module.runPasses(["flatten", "rereloop"]);
  // The second run sees what the first has freed.
  module.optimize();
  module.optimize();
  if (!module.validate()) throw new Error("the shrunken module is not valid");
  return withoutFileNames(module.emitBinary());
}

/** Overwrites the names of source files in the data: only panics told them, and they are those of the machine that built. */
function withoutFileNames(wasm) {
  const text = Buffer.from(wasm.buffer, wasm.byteOffset, wasm.byteLength).toString("latin1");
  for (const { index, 0: name } of text.matchAll(/(?:\/|src|crates|rust|cargo)[\w./@+-]*\/[\w.-]+\.rs/g)) {
    wasm.fill(0, index, index + name.length);
  }
  return wasm;
}

function feature(name) {
  const bit = binaryen.Features[name];
  if (bit === undefined) throw new Error(`binaryen knows no feature ${name}`);
  return bit;
}
