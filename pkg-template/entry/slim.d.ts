export * from "./index.js";

/**
 * Puts the wasm in place, before anything else of this entry is used. Synchronous; a second call is harmless.
 *
 * @param source the package's own `workers-ai-wasm/wasm`, as a `WebAssembly.Module` or as its bytes
 * @throws {WorkersAIError} with code `CONFIG` if it is neither, or not this package's wasm
 */
export function initSync(source: WebAssembly.Module | ArrayBuffer | ArrayBufferView): void;
