/** The tasks, without their wasm: what the client calls through pkg-template/client/later.js. */
import { GuardedModule } from "./core.js";
import { completeRealtime } from "./tasks/realtime.js";
import {
  __wbg_reset_state,
  initSync,
  instantiateWith,
  RealtimeConnection,
  RealtimeMessages,
} from "./workers_ai_tasks.js";

export * from "./workers_ai_tasks.js";

/** The instance of this module. */
export const wasm = new GuardedModule({ initSync, __wbg_reset_state, instantiateWith });

let installed = false;

/**
 * Puts the tasks' wasm in place; more than once is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} module
 */
export function install(module) {
  if (installed) return;
  wasm.start(module);
  completeRealtime({ RealtimeConnection, RealtimeMessages }, (promise) => wasm.settled(promise));
  installed = true;
}
