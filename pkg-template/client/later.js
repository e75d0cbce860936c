// Modules that are loaded when one of their functions is first called: their JavaScript and their wasm.

import { failure, notLoaded } from "./failure.js";

/** By name: `{ load, loading, loaded }`. */
const parts = new Map();

/**
 * Registers how each module is imported.
 *
 * @param {Record<string, () => Promise<object>>} loaders each resolves with its module: the glue's functions
 *   and its instantiated `wasm`
 */
export function loadPartsWith(loaders) {
  for (const [name, load] of Object.entries(loaders)) parts.set(name, { load, loading: null, loaded: null });
}

/**
 * Calls a function of a module.
 *
 * @param {string} part
 * @param {string} name
 * @param {unknown[]} args
 * @returns {Promise<unknown>} settles even if the module traps
 */
export function later(part, name, args) {
  const known = parts.get(part);
  // A loaded module is called synchronously, so later changes of the input by the caller have no effect.
  if (known?.loaded) return call(known.loaded, name, args);
  return load(part, known).then((loaded) => call(loaded, name, args));
}

function call(loaded, name, args) {
  try {
    return loaded.wasm.settled(Promise.resolve(loaded[name](...args)));
  } catch (error) {
    return Promise.reject(error);
  }
}

async function load(name, part) {
  if (part === undefined) throw notLoaded();
  part.loading ??= part.load();
  try {
    part.loaded = await part.loading;
  } catch (cause) {
    // Allows the next call to retry the load.
    part.loading = null;
    if (cause?.name === "WorkersAIError") throw cause;
    throw failure("NETWORK", `The part of the package with the ${name} could not be loaded.`, { cause });
  }
  return part.loaded;
}
