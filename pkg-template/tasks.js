/** The tasks, without their wasm. */
import { guard } from "./tasks/ask.js";

export * from "./tasks/index.js";

let installed = false;

/**
 * Puts the tasks' wasm in place; more than once is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} module
 */
export function install(module) {
  if (installed) return;
  guard.start(module);
  installed = true;
}
