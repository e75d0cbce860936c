/** The entry without the wasm: the caller hands it to `initSync` first. */
import * as runtime from "./runtime.js";
import { initSync as instantiate } from "./workers_ai_wasm.js";

export { isWorkersAIError, WorkersAIError } from "./runtime.js";

/**
 * Puts the wasm in place. Synchronous; a second call is harmless.
 *
 * @param {WebAssembly.Module | BufferSource} source the package's own `workers-ai-wasm/wasm`, compiled or as bytes
 */
export function initSync(source) {
  if (runtime.isInstalled()) return;
  let exports;
  try {
    exports = instantiate({ module: checked(source) });
  } catch (cause) {
    if (runtime.isWorkersAIError(cause)) throw cause;
    throw misuse(
      'initSync(source) could not start this WebAssembly: pass the file "workers-ai-wasm/wasm" of the same version of ' +
        "the package, and in a page allow 'wasm-unsafe-eval' in the script-src of its Content-Security-Policy.",
      cause,
    );
  }
  runtime.install(exports);
}

/** The client, as in the main entry, for after `initSync`. */
export class WorkersAI extends runtime.WorkersAI {
  constructor(options) {
    assertInstalled("new WorkersAI()");
    super(options);
  }
}

/** The reader of event streams, as in the main entry, for after `initSync`. */
export function events(readable, options) {
  assertInstalled("events()");
  return runtime.events(readable, options);
}

function assertInstalled(use) {
  if (runtime.isInstalled()) return;
  throw misuse(
    `Call initSync(module) of "workers-ai-wasm/slim" before ${use}: this entry has no wasm inside. ` +
      'It takes the WebAssembly.Module or the bytes of "workers-ai-wasm/wasm".',
  );
}

function checked(source) {
  if (source instanceof WebAssembly.Module || source instanceof ArrayBuffer || ArrayBuffer.isView(source))
    return source;
  throw misuse(
    'initSync(source) of "workers-ai-wasm/slim" takes a WebAssembly.Module, an ArrayBuffer or a view of one, ' +
      "synchronously: await what you fetch or import before you pass it.",
  );
}

function misuse(message, cause) {
  const fields = { code: "CONFIG", message, retryable: false };
  if (cause !== undefined) fields.cause = cause;
  return new runtime.WorkersAIError(fields);
}
