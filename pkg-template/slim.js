/** The entry without the wasm: the caller hands it to `initSync` first. */
import { failure, install, isInstalled, provided } from "./core.js";

export { events, isWorkersAIError, WorkersAI, WorkersAIError } from "./core.js";
export { VectorIndex } from "./vectors-slim.js";

const notOurs = (name, cause) =>
  failure(
    "CONFIG",
    `initSync takes the WebAssembly.Module or the bytes of workers-ai-wasm/${name}, awaited, of the same version; a page's ` +
      "Content-Security-Policy needs 'wasm-unsafe-eval'.",
    { cause },
  );

/**
 * Puts the wasm in place. Synchronous; a second call is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} source the package's own `workers-ai-wasm/wasm`, compiled or as bytes
 * @param {{ tasks?: WebAssembly.Module | BufferSource, vectors?: WebAssembly.Module | BufferSource }} [more] `workers-ai-wasm/wasm/tasks`
 *   for the methods of tasks, `workers-ai-wasm/wasm/vectors` for `VectorIndex`
 */
export function initSync(source, more) {
  if (!isInstalled()) {
    try {
      install(source, () => loadTasks(more?.tasks));
    } catch (cause) {
      throw notOurs("wasm", cause);
    }
  }
  provided.vectors ??= more?.vectors;
}

async function loadTasks(module) {
  if (module === undefined) {
    throw failure(
      "CONFIG",
      "This method needs the wasm of the tasks: initSync(module, { tasks }) with the module or the bytes of workers-ai-wasm/wasm/tasks.",
    );
  }
  const tasks = await import("./tasks.js");
  try {
    tasks.install(module);
  } catch (cause) {
    throw notOurs("wasm/tasks", cause);
  }
  return tasks;
}
