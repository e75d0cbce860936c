/** The entry without the wasm, which the caller passes to `initSync` first. */
import { failure, install, isInstalled, provided, reading } from "./core.js";

export * from "./exports.js";
export { openaiWorker, serveOpenAI } from "./openai-slim.js";
export { VectorIndex } from "./vectors-slim.js";

const notOurs = (name, cause) =>
  failure(
    "CONFIG",
    `initSync takes the WebAssembly.Module or the bytes of workers-ai-wasm/${name}, awaited, of the same version; a page's ` +
      "Content-Security-Policy needs 'wasm-unsafe-eval'.",
    { cause },
  );

/** The other modules: the methods that need the wasm of each, for a message, and how it is imported. */
const PARTS = {
  tasks: ["the tasks", () => import("./tasks.js")],
  objects: ["structured output and tools", () => import("./objects.js")],
};

/**
 * Installs the wasm. Synchronous; repeated calls are ignored.
 *
 * @param {WebAssembly.Module | BufferSource} source the package's own `workers-ai-wasm/wasm`, compiled or as
 *   bytes
 * @param {Partial<Record<"tasks" | "objects" | "openai" | "vectors", WebAssembly.Module | BufferSource>>}
 *   [more] `workers-ai-wasm/wasm/tasks` for the methods of tasks, `workers-ai-wasm/wasm/objects` for
 *   structured output and tools, `workers-ai-wasm/wasm/openai` for `serveOpenAI`,
 *   `workers-ai-wasm/wasm/vectors` for `VectorIndex`
 */
export function initSync(source, more) {
  const { vectors, openai } = reading("more", () => ({ ...more }), "CONFIG");
  if (!isInstalled()) {
    try {
      const loaders = Object.keys(PARTS).map((name) => [name, () => load(name, more?.[name])]);
      install(source, Object.fromEntries(loaders));
    } catch (cause) {
      throw notOurs("wasm", cause);
    }
  }
  provided.vectors ??= vectors;
  provided.openai ??= openai;
}

async function load(name, module) {
  const [what, importPart] = PARTS[name];
  if (module === undefined) {
    throw failure(
      "CONFIG",
      `This method needs the wasm of ${what}: initSync(module, { ${name} }) with the module or the bytes of workers-ai-wasm/wasm/${name}.`,
    );
  }
  const part = await importPart();
  try {
    part.install(module);
  } catch (cause) {
    throw notOurs(`wasm/${name}`, cause);
  }
  return part;
}
