/** The tasks, without their wasm: what the client calls through pkg-template/client/later.js. */
import { wasm as core, GuardedModule, ignoreRejection } from "./core.js";
import { completeRealtime, endConnections } from "./tasks/realtime.js";
import * as glue from "./workers_ai_tasks.js";

export * from "./workers_ai_tasks.js";

/** The instance of this module. */
export const wasm = new GuardedModule(glue);

let installed = false;

/**
 * Puts the tasks' wasm in place; more than once is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} module
 */
export function install(module) {
  if (installed) return;
  wasm.start(module);
  wasm.onLoss(endConnections);
  // Its calls are the core's.
  core.onLoss((error) => wasm.lose(error.cause));
  for (const exported of Object.values(glue)) if (isClass(exported)) settleMethods(exported);
  completeRealtime(glue);
  installed = true;
}

const isClass = ({ prototype }) => prototype !== undefined && "__destroy_into_raw" in prototype;

/** The promises of what the module has made are rejected when its instance is lost, as those of its functions are: see later.js. */
function settleMethods({ prototype }) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== "function" || name === "constructor" || name.startsWith("__")) continue;
    prototype[name] = function (...args) {
      const result = value.apply(this, args);
      if (!(result instanceof Promise)) return result;
      const settled = wasm.settled(result);
      // Not everybody waits until there is room to send more; the messages tell why it failed.
      if (prototype === glue.RealtimeConnection.prototype) ignoreRejection(settled);
      return settled;
    };
  }
}
