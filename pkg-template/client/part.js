// Shared setup of the lazily loaded modules.

import { wasm as core, GuardedModule } from "../core.js";

/**
 * @param glue the module's glue
 * @param {(wasm: GuardedModule) => void} [completed] called once, when the wasm is instantiated
 * @returns {{ wasm: GuardedModule, install: (module: WebAssembly.Module | BufferSource) => void }} the
 *   module's instance, and the function that instantiates its wasm; repeated calls are ignored
 */
export function partOver(glue, completed) {
  const wasm = new GuardedModule(glue);
  let installed = false;
  const install = (module) => {
    if (installed) return;
    wasm.start(module);
    // Its calls depend on the core's instance.
    core.onLoss((error) => wasm.lose(error.cause));
    completed?.(wasm);
    installed = true;
  };
  return { wasm, install };
}
