// The methods that most programs don't use: their code, and the wasm behind it, is loaded at the first call.

import { failure, notLoaded } from "./core.js";

let load = null;
let loading = null;
let loaded = null;

/** Says how the part with the tasks is imported. */
export function loadTasksWith(loader) {
  load = loader;
}

/** Calls `name` of the part with the tasks. */
export function later(name, ...given) {
  // Once it is there it is called at once: what the caller does to its input afterwards has no effect.
  if (loaded !== null) return loaded[name](...given);
  return loadTasks().then((tasks) => tasks[name](...given));
}

/** The same for what gives one thing after another, or all of them to who awaits it. */
export function laterEach(name, ...given) {
  let begun;
  const begin = () => (begun ??= Promise.resolve(later(name, ...given)));
  const promised = () => begin().then((each) => each.all());
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited as well as iterated.
    then: (done, failed) => promised().then(done, failed),
    catch: (failed) => promised().catch(failed),
    finally: (ended) => promised().finally(ended),
    async *[Symbol.asyncIterator]() {
      yield* (await begin()).each();
    },
  };
}

async function loadTasks() {
  if (load === null) throw notLoaded();
  loading ??= load();
  try {
    loaded = await loading;
    return loaded;
  } catch (cause) {
    // Another call may have better luck.
    loading = null;
    if (cause?.name === "WorkersAIError") throw cause;
    throw failure("NETWORK", "The part of the package with the tasks could not be loaded.", { cause });
  }
}
