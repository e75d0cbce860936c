// What the modules that are loaded later have in common.

import { wasm as core, GuardedModule } from "../core.js";

/**
 * @param glue the module's glue
 * @param {(wasm: GuardedModule) => void} [completed] called once, when the wasm is in place
 * @returns {{ wasm: GuardedModule, install: (module: WebAssembly.Module | BufferSource) => void }} the module's instance, and what puts its wasm in
 *   place; more than once is harmless
 */
export function partOver(glue, completed) {
  const wasm = new GuardedModule(glue);
  let installed = false;
  const install = (module) => {
    if (installed) return;
    wasm.start(module);
    // Its calls are the core's.
    core.onLoss((error) => wasm.lose(error.cause));
    completed?.(wasm);
    installed = true;
  };
  return { wasm, install };
}
