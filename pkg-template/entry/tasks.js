/** The tasks, without their wasm. */
import { connect } from "./tasks/ask.js";
import { connectEndpoints } from "./tasks/endpoint-ask.js";
import { connectLimiters } from "./tasks/limiter-ask.js";
import { endpoints, initSync, limiter, limiter_close, tasks } from "./workers_ai_tasks.js";

export * from "./tasks/index.js";

let installed = false;

/**
 * Puts the tasks' wasm in place; more than once is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} module
 */
export function install(module) {
  if (installed) return;
  connect(tasks, initSync({ module }));
  connectEndpoints(endpoints);
  connectLimiters(limiter, limiter_close);
  installed = true;
}
