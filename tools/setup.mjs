/**
 * Gets a machine ready for the developer's commands, and is quick when it already is.
 *
 * Every command (`npm start`, `npm test`, `npm run build`, `npm run bench`) must work as the first one on a fresh
 * clone. So this file, and whatever imports it, may load nothing but Node's own modules until `ensure` has run.
 */
import { ensureChromium } from "./setup/chromium.mjs";
import { ensureCompiler } from "./setup/cplusplus.mjs";
import { ensureNodeModules } from "./setup/node-modules.mjs";
import { ensureRuntimes } from "./setup/runtimes.mjs";
import { ensureRust } from "./setup/rust.mjs";
import { ensureWasmBindgen } from "./setup/wasm-bindgen.mjs";
import { ensureWasmPack } from "./setup/wasm-pack.mjs";

export { SetupError } from "./setup/process.mjs";

/** Each part does its own job and answers with the paths of programs that it vouches for. `after` names the part that it stands on. */
const PARTS = new Map([
  ["node-modules", { run: ensureNodeModules }],
  ["rust", { run: ensureRust }],
  ["c++", { run: ensureCompiler, after: "rust" }],
  ["wasm-bindgen", { run: ensureWasmBindgen, after: "rust" }],
  // cargo locks the folder in which both are compiled.
  ["wasm-pack", { run: ensureWasmPack, after: "wasm-bindgen" }],
  // apt-get does one thing at a time.
  ["chromium", { run: ensureChromium, after: "c++" }],
  ["runtimes", { run: ensureRuntimes, after: "node-modules" }],
]);

/**
 * Brings the named parts into place, installing what is missing with one printed line each.
 *
 * @param {Iterable<"node-modules" | "rust" | "c++" | "wasm-bindgen" | "wasm-pack" | "chromium" | "runtimes">} parts
 * @returns {Promise<Record<string, string>>} the path of each program that the parts brought, by its name
 * @throws {SetupError} with a sentence that says what the person at the keyboard has to do
 */
export async function ensure(parts) {
  const wanted = new Set(parts);
  for (const part of wanted) {
    if (!PARTS.has(part))
      throw new TypeError(`unknown part "${part}": one of ${[...PARTS.keys()].join(", ")}`);
  }
  const done = new Map();
  for (const [part, { run, after }] of PARTS) {
    // What is not wanted passes on what it waits for.
    const before = done.get(after) ?? Promise.resolve();
    done.set(part, wanted.has(part) ? before.then(run) : before.then(() => ({})));
  }
  return Object.assign({}, ...(await Promise.all(done.values())));
}

/**
 * Runs a developer command: a set-up problem becomes one readable sentence instead of a stack.
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
