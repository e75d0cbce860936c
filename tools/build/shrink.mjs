/**
 * Shrinks a module: removes what has no visible effect, then optimises.
 *
 * A pass is kept only if it takes more than 1 KiB off the compressed core or makes it 3 % faster, does not
 * depend on texts that a compiler happens to print, and fails if it no longer applies. Measured on a Rust
 * client of 69.7 KiB of gzip with all passes:
 *
 * | pass | KiB of gzip |
 * | --- | --- |
 * | panics become traps | 1.5 |
 * | the functions that format their messages become traps | 2.9 |
 * | the locations of panics are zeroed (locations.mjs) | 1.0 |
 * | inlining functions with a single caller only up to 25 instructions | 1.1 |
 * | short names of imports (short-imports.mjs) | 3.1 in the wasm, 2.3 in the glue |
 * | `flatten`, `rereloop`, a second optimisation, binaryen's stack IR; of 136 KiB | 1.4 together |
 * | rejected: ordering functions by similarity | 0.7, for 15 s |
 * | rejected: removing panic messages from the data | 1.0, by matching texts |
 * | rejected: `merge-similar-functions`, `gufa-optimizing`, `coalesce-locals-learning`, a third optimisation | less than 0.1 |
 */
import binaryen from "binaryen";
import { readModule } from "./features.mjs";
import { wipeLocations } from "./locations.mjs";

/**
 * Functions of the standard library that never return. The crate aborts on a panic, so its message is not
 * output: JavaScript only sees a trap. Each becomes a trap, and functions that only they call, which format
 * messages, are removed.
 */
const PANICS =
  /::panicking::|^__rustc\S*::(?:rust_begin_unwind|rust_panic|__rust_start_panic)|(?:slice|str)::\S*(?:_fail|_fail_rt)$|(?:option|result)::(?:unwrap|expect)_failed$|::(?:handle_alloc_error|capacity_overflow|alloc_error_handler|panic_access_error|panic_poisoned|panic_already_\w+)/;
/** All panics with a message call it, so every module contains it. */
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
  // Functions with a single caller are inlined only if small: otherwise the callers get many locals with
  // large indexes.
  binaryen.setOneCallerInlineMaxSize(25);
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  // The first kilobyte contains no data: the linker places the stack there.
  binaryen.setLowMemoryUnused(true);
  binaryen.setGenerateStackIR(true);
  binaryen.setOptimizeStackIR(true);
  // Rebuilds control flow from LLVM's blocks. The second optimisation uses the result.
  module.runPasses(["flatten", "rereloop"]);
  module.optimize();
  module.optimize();
  // Removes the compiler's version and the target features.
  module.runPasses(["strip-producers", "strip-target-features"]);
  if (!module.validate()) throw new Error("the shrunken module is not valid");
  return module.emitBinary();
}

/** @param {binaryen.Module} module modified in place */
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

/** Functions that format values: those of `core::fmt`, and implementations for types. */
const FORMATTING = /\bcore::fmt::|^alloc::fmt::|core::panic::PanicPayload/;
/**
 * The error of a result that is not a JavaScript value, which does not occur in the crate: its text is not
 * shown.
 */
const UNREPORTED = /^serde_wasm_bindgen::error::Error::new/;

/**
 * Replaces formatting functions by traps. Only panic messages use `core::fmt`: the crate formats its own
 * texts (src/text.rs), and those of libraries are not shown. The functions would stay otherwise, since tables
 * in the data refer to them. This is valid only while nothing else calls them.
 *
 * @param {binaryen.Module} module modified in place
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
 * Removes exports that the glue does not use, with the code that only they need.
 *
 * @param {binaryen.Module} module modified in place
 * @param {string} glue
 */
function removeUnused(module, glue) {
  const used = new Set([...glue.matchAll(/\bwasm\.(\w+)/g)].map(([, name]) => name));
  // Used by the JavaScript readers of streams and kernels.
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

/** Names contain the hash of their crate. */
const plainName = (name) => name.replaceAll(/"|\[[0-9a-f]{16}\]/g, "");
