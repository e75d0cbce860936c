/**
 * Shared by all entries and modules: the client and the stream reader, connected to the wasm once; and the
 * imports of the wasm itself.
 */
import { wasm } from "./client/instance.js";
import { loadPartsWith } from "./client/later.js";
import { stopTimers } from "./client/promises.js";
import { setup } from "./stream/index.js";

export { byteStream } from "./client/byte-stream.js";
export {
  checkInput,
  checkReferences,
  computed,
  copyOf,
  isReadOnce,
  listKind,
  measure,
  needsPreparing,
  textSourceOf,
  textsOf,
} from "./client/caller.js";
export { system, tool, toolResult, trimMessages, user } from "./client/conversation.js";
export { checkNames, failure, reading, refusal } from "./client/failure.js";
export { asJSON, WorkersAI } from "./client/index.js";
export { later } from "./client/later.js";
export {
  decode,
  deferred,
  discardLate,
  followSignal,
  ignoreRejection,
  startTimer,
  stopTimer,
  unref,
  watch,
} from "./client/promises.js";
export {
  asBytes,
  copyWithGetters,
  isBlob,
  isBytes,
  isResponse,
  isStream,
  kindNumber,
  kindOf,
  madeUpId,
  put,
  read,
  unreadable,
} from "./client/values.js";
export { watchUsage } from "./client/watch-usage.js";
export { isWorkersAIError, WorkersAIError } from "./error.js";
export { named, shown, shownAs } from "./names.js";
export { AIStream, readWith } from "./stream/ai-stream.js";
export { drain } from "./stream/drain.js";
export { events } from "./stream/index.js";
export { ReplyChannel } from "./stream/reply-channel.js";
export { GuardedModule } from "./wasm.js";
export { wasm };

let installed = false;
/** The wasm of the other modules, passed to `initSync` of the slim entry. */
export const provided = {};

/** @returns {boolean} whether any entry has installed the wasm */
export function isInstalled() {
  return installed;
}

/**
 * Called by every entry; repeated calls are ignored.
 *
 * @param {WebAssembly.Module | BufferSource} module
 * @param {Record<string, () => Promise<object>>} loaders import the other modules, each with its wasm
 *   installed
 */
export function install(module, loaders) {
  if (installed) return;
  wasm.start(module);
  setup(wasm.exports);
  wasm.onLoss((error) => {
    stopTimers();
    setup(wasm.exports, error);
  });
  loadPartsWith(loaders);
  installed = true;
}
