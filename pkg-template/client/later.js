// The modules that are loaded when one of their functions is first called: their code, and the wasm behind it.

import { failure, notLoaded } from "./failure.js";

/** By their names: `{ load, loading, loaded }`. */
const parts = new Map();

/**
 * Says how each part is imported.
 *
 * @param {Record<string, () => Promise<object>>} loaders each gives a promise of its part: the glue's functions and its `wasm`, in place
 */
export function loadPartsWith(loaders) {
  for (const [name, load] of Object.entries(loaders)) parts.set(name, { load, loading: null, loaded: null });
}

/**
 * Calls a function of a part.
 *
 * @param {string} part
 * @param {string} name
 * @param {unknown[]} args
 * @returns {Promise<unknown>} settles even if that part fails inside
 */
export function later(part, name, args) {
  const known = parts.get(part);
  // Once it is there it is called at once: what the caller does to its input afterwards has no effect.
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
    // Another call may have better luck.
    part.loading = null;
    if (cause?.name === "WorkersAIError") throw cause;
    throw failure("NETWORK", `The part of the package with the ${name} could not be loaded.`, { cause });
  }
  return part.loaded;
}
