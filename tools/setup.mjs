/**
 * Installs the prerequisites of the developer's commands; fast if they are installed.
 *
 * Every command (`npm start`, `npm test`, `npm run build`, `npm run bench`) must work as the first one on a
 * fresh clone. So this file and its imports may import only Node's own modules until `ensure` has run.
 */
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureCompiler } from "./setup/cplusplus.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { ensureRuntimes } from "./setup/runtimes.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { ensureWasmBindgen } from "./setup/wasm-bindgen.mjs";
import { ensureWasmPack } from "./setup/wasm-pack.mjs";

export { SetupError } from "./setup/process.mjs";

/**
 * Each part installs one prerequisite and returns the paths of its programs. `after` is the part that it
 * depends on.
 */
const PARTS = new Map([
  ["node-modules", { run: ensureNodeModules }],
  ["rust", { run: ensureRust }],
  ["c++", { run: ensureCompiler, after: "rust" }],
  ["wasm-bindgen", { run: ensureWasmBindgen, after: "rust" }],
  // cargo locks the folder in which both are compiled.
  ["wasm-pack", { run: ensureWasmPack, after: "wasm-bindgen" }],
  // apt-get cannot run twice at the same time.
  ["chromium", { run: ensureChromium, after: "c++" }],
  ["runtimes", { run: ensureRuntimes, after: "node-modules" }],
]);

/**
 * Installs the missing ones of the named parts, with one printed line each.
 *
 * @param {Iterable<"node-modules" | "rust" | "c++" | "wasm-bindgen" | "wasm-pack" | "chromium" | "runtimes">}
 *   parts
 * @returns {Promise<Record<string, string>>} the path of each program of these parts, by name
 * @throws {SetupError} with a message that tells the developer what to do
 */
export async function ensure(parts) {
  const wanted = new Set(parts);
  for (const part of wanted) {
    if (!PARTS.has(part))
      throw new TypeError(`unknown part "${part}": one of ${[...PARTS.keys()].join(", ")}`);
  }
  const done = new Map();
  for (const [part, { run, after }] of PARTS) {
    // A part that is not requested is skipped, so its dependents wait for its own dependency.
    const before = done.get(after) ?? Promise.resolve();
    done.set(part, wanted.has(part) ? before.then(run) : before.then(() => ({})));
  }
  return Object.assign({}, ...(await Promise.all(done.values())));
}

/**
 * Runs a developer command: reports a set-up problem as one message instead of a stack trace.
 *
 * @param {() => Promise<unknown>} command
 */
export async function main(command) {
  try {
    await command();
  } catch (error) {
    if (error?.name !== "SetupError") throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
}
