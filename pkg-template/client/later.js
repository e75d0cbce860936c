// The module with the tasks: its code, and the wasm behind it, is loaded at the first call of one of its functions.

import { failure, notLoaded } from "./failure.js";

let load = null;
let loading = null;
let loaded = null;

/** Says how the part with the tasks is imported: a promise of its glue and its `wasm`. */
export function loadTasksWith(loader) {
  load = loader;
}

/**
 * Calls a function of the tasks' module.
 *
 * @param {string} name
 * @param {unknown[]} args
 * @returns {Promise<unknown>} settles even if that module fails inside
 */
export function later(name, args) {
  // Once it is there it is called at once: what the caller does to its input afterwards has no effect.
  if (loaded !== null) return call(name, args);
  return loadTasks().then(() => call(name, args));
}

function call(name, args) {
  try {
    return loaded.wasm.settled(Promise.resolve(loaded[name](...args)));
  } catch (error) {
    return Promise.reject(error);
  }
}

async function loadTasks() {
  if (load === null) throw notLoaded();
  loading ??= load();
  try {
    loaded = await loading;
  } catch (cause) {
    // Another call may have better luck.
    loading = null;
    if (cause?.name === "WorkersAIError") throw cause;
    throw failure("NETWORK", "The part of the package with the tasks could not be loaded.", { cause });
  }
}
