/**
 * Makes a module small: takes out what no user can see, then optimises.
 *
 * A pass stays here only if it takes more than 1 KiB off the compressed core or makes it 3 % faster, does not depend on the texts that a
 * compiler happens to print, and fails where it no longer applies. Measured on a client in Rust, 69.7 KiB of gzip when all were on:
 *
 * | pass | KiB of gzip |
 * | --- | --- |
 * | panics become traps | 1.5 |
 * | what puts their messages together becomes traps | 2.9 |
 * | the places of panics are wiped (locations.mjs) | 1.0 |
 * | inlining functions with one caller only up to 25 instructions | 1.1 |
 * | short names of imports (short-imports.mjs) | 3.1 in the wasm, 2.3 in the glue |
 * | `flatten`, `rereloop`, a second optimisation, binaryen's stack IR; of 136 KiB | 1.4 together |
 * | not worth it: functions in order of likeness | 0.7, for 15 s |
 * | not worth it: panic messages wiped from the data | 1.0, by matching texts |
 * | not worth it: `merge-similar-functions`, `gufa-optimizing`, `coalesce-locals-learning`, a third optimisation | less than 0.1 |
 */
import binaryen from "binaryen";
import { readModule } from "./features.mjs";
import { wipeLocations } from "./locations.mjs";

/**
 * Functions of the standard library that never return. The crate is built to abort on a panic, so its message has no way out: JavaScript
 * sees a trap and nothing else. Each becomes a trap, and what only they called, which puts messages together, goes with them.
 */
const PANICS =
  /::panicking::|^__rustc\S*::(?:rust_begin_unwind|rust_panic|__rust_start_panic)|(?:slice|str)::\S*(?:_fail|_fail_rt)$|(?:option|result)::(?:unwrap|expect)_failed$|::(?:handle_alloc_error|capacity_overflow|alloc_error_handler|panic_access_error|panic_poisoned|panic_already_\w+)/;
/** All panics with a message end there, so every module has it. */
const COMMON_PANIC = "core::panicking::panic_fmt";

/**
 * @param {Uint8Array} wasm with names
 * @param {string} glue its glue
 * @param {{ keepNames?: boolean }} [options]
 * @returns {Uint8Array}
 */
export function shrink(wasm, glue, { keepNames = false } = {}) {
  const bare = Uint8Array.from(wasm);
  if (wipeLocations(bare) === 0) throw new Error("the module has no places of panics");
  const module = readModule(bare);
  removePanics(module);
  removeFormatting(module);
  removeUnused(module, glue);
  binaryen.setDebugInfo(keepNames);
  // Of functions with one caller only small ones are inlined: others make the callers' locals many and their numbers long.
  binaryen.setOneCallerInlineMaxSize(25);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  // Nothing lies in the first kilobyte: the linker puts the stack there.
  binaryen.setLowMemoryUnused(true);
  binaryen.setGenerateStackIR(true);
  binaryen.setOptimizeStackIR(true);
  // Control flow is made anew out of LLVM's blocks. What that moves together only a second optimisation finds.
  module.runPasses(["flatten", "rereloop"]);
  module.optimize();
  module.optimize();
  // Who has compiled it, and for which features.
  module.runPasses(["strip-producers", "strip-target-features"]);
  if (!module.validate()) throw new Error("the shrunken module is not valid");
  return module.emitBinary();
}

/** @param {binaryen.Module} module is changed */
function removePanics(module) {
  const found = new Set();
  for (const { ref, name } of definedFunctions(module)) {
    const plain = plainName(name);
    if (!PANICS.test(plain)) continue;
    binaryen.Function(ref).body = module.unreachable();
    found.add(plain);
  }
  if (!found.has(COMMON_PANIC)) throw new Error(`the module has no function ${COMMON_PANIC}`);
}

/** What writes values as text: functions of `core::fmt`, and what types do for it. */
const FORMATTING = /\bcore::fmt::|^alloc::fmt::|core::panic::PanicPayload/;
/** The error of a result that is none of JavaScript's values, which no result of the crate is: its text is nowhere shown. */
const UNREPORTED = /^serde_wasm_bindgen::error::Error::new/;

/**
 * Only the messages of panics are put together by `core::fmt`: the crate writes its texts by itself (src/text.rs), and what libraries write
 * nobody reads. The functions would stay all the same, since tables in the data name them, so each becomes a trap. That is right only as
 * long as nothing else calls them.
 *
 * @param {binaryen.Module} module is changed
 */
function removeFormatting(module) {
  const formats = (name) => FORMATTING.test(plainName(name));
  const callers = new Set();
  let caller = "";
  for (const line of module.emitText().split("\n")) {
    const [, name] = /^ \(func \$("[^"]+"|[^\s)]+)/.exec(line) ?? [];
    if (name !== undefined) caller = name;
    const [, callee] = /\((?:return_)?call \$("[^"]+"|[^\s)]+)/.exec(line) ?? [];
    if (callee === undefined || !formats(callee) || formats(caller)) continue;
    if (!UNREPORTED.test(plainName(caller))) callers.add(plainName(caller));
  }
  if (callers.size > 0) {
    console.log(`shrink: formatting stays, for ${[...callers].sort().join(", ")}`);
    return;
  }
  for (const { ref, name } of definedFunctions(module)) {
    if (formats(name)) binaryen.Function(ref).body = module.unreachable();
  }
}

/**
 * Removes exports that the glue has no word of, with what only they need.
 *
 * @param {binaryen.Module} module is changed
 * @param {string} glue
 */
function removeUnused(module, glue) {
  const used = new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name));
  // The readers of streams and kernels look at it.
  used.add("memory");
  for (let index = module.getNumExports() - 1; index >= 0; index--) {
    const { name } = binaryen.getExportInfo(module.getExportByIndex(index));
    if (!used.has(name)) module.removeExport(name);
  }
}

function definedFunctions(module) {
  return Array.from({ length: module.getNumFunctions() }, (_, index) => {
    const ref = module.getFunctionByIndex(index);
    return { ref, ...binaryen.getFunctionInfo(ref) };
  }).filter(({ module: importedFrom }) => !importedFrom);
}

/** Names carry the hash of their crate. */
const plainName = (name) => name.replaceAll(/"|\[[0-9a-f]{16}\]/g, "");
