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

/** Each part does its own job and answers with the paths of programs that it vouches for. */
const PARTS = new Map([
  ["node-modules", ensureNodeModules],
  ["rust", ensureRust],
  ["c++", ensureCompiler],
  ["wasm-bindgen", ensureWasmBindgen],
  ["wasm-pack", ensureWasmPack],
  ["chromium", ensureChromium],
  ["runtimes", ensureRuntimes],
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
  const programs = {};
  // In the order of the table, since later parts stand on earlier ones.
  for (const [part, run] of PARTS) {
    if (wanted.has(part)) Object.assign(programs, await run());
  }
  return programs;
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
