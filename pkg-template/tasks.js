/** The tasks, without their wasm. */
import { wasm } from "./tasks/ask.js";

export * from "./tasks/index.js";

let installed = false;

/**
 * Puts the tasks' wasm in place; more than once is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} module
 */
export function install(module) {
  if (installed) return;
  wasm.start(module);
  installed = true;
}
