/** The entry without the wasm: the caller hands it to `initSync` first. */
import * as runtime from "./runtime.js";
import { initSync as instantiate } from "./workers_ai_wasm.js";

export { events, isWorkersAIError, WorkersAI, WorkersAIError } from "./runtime.js";

/**
 * Puts the wasm in place. Synchronous; a second call is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} source the package's own `workers-ai-wasm/wasm`, compiled or as bytes
 */
export function initSync(source) {
  if (runtime.isInstalled()) return;
  let exports;
  try {
    exports = instantiate({ module: source });
  } catch (cause) {
    throw new runtime.WorkersAIError({
      code: "CONFIG",
      message:
        "initSync takes the WebAssembly.Module or the bytes of workers-ai-wasm/wasm, awaited, of the same version; a page's " +
        "Content-Security-Policy needs 'wasm-unsafe-eval'.",
      retryable: false,
      cause,
    });
  }
  runtime.install(exports);
}
