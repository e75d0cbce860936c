/** What all entries and parts stand on: the client and the stream reader, joined with the wasm once; and what the other parts use. */
import { connect } from "./client/core.js";
import { loadTasksWith } from "./client/later.js";
import { setup } from "./stream/index.js";
import { GuardedModule } from "./wasm.js";
import { __wbg_reset_state, core, initSync, instantiateWith } from "./workers_ai_wasm.js";

export { Call, encodeInput } from "./client/call.js";
export { failure, refusal } from "./client/core.js";
export { tell } from "./client/hooks.js";
export { tokenOf } from "./client/http.js";
export { WorkersAI } from "./client/index.js";
export { JSON_BODY, PAGE_BODY, Reply } from "./client/reply.js";
export { opened, openedText, openStream } from "./client/run.js";
export { asBytes, isBlob, isBytes, isForm, isResponse, isStream, kindOf, tagOf } from "./client/values.js";
export { isWorkersAIError, WorkersAIError } from "./error.js";
export { named } from "./names.js";
export { AIStream } from "./stream/ai-stream.js";
export { events } from "./stream/index.js";
export { GuardedModule } from "./wasm.js";

/** The core's instance. */
export const wasm = new GuardedModule({ initSync, __wbg_reset_state, instantiateWith });

let installed = false;
/** What the caller of the slim entry has handed over for later. */
export const provided = {};

/** @returns {boolean} whether the wasm is in place, by whichever entry */
export function isInstalled() {
  return installed;
}

/**
 * Every entry calls this; more than once is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} module
 * @param {() => Promise<object>} loadTasks imports the part with the tasks, its wasm in place
 */
export function install(module, loadTasks) {
  if (installed) return;
  wasm.start(module);
  setup(wasm.exports);
  wasm.onLoss((error) => setup(wasm.exports, error));
  connect(core);
  loadTasksWith(loadTasks);
  installed = true;
}
