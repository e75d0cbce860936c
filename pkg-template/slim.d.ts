export * from "./index.js";
export {
  type OpenAIServer,
  type OpenAIWorkerOptions,
  openaiWorker,
  type ServeOptions,
  serveOpenAI,
} from "./openai.js";

/** A module, compiled or as bytes. */
type Wasm = WebAssembly.Module | ArrayBuffer | ArrayBufferView;

/**
 * Installs the wasm. Must be called before anything else of this entry is used. Synchronous; repeated calls
 * are ignored.
 *
 * @param source the package's own `workers-ai-wasm/wasm`
 * @param more `workers-ai-wasm/wasm/objects` for structured output and tools, `workers-ai-wasm/wasm/vectors`
 *   for `VectorIndex`, `workers-ai-wasm/wasm/openai` for `serveOpenAI` and `openaiWorker`,
 *   `workers-ai-wasm/wasm/tasks` for all other methods but `run`, `generateText` and `streamText`
 * @throws {WorkersAIError} with code `CONFIG` if a value is neither, or not this package's wasm
 */
export function initSync(
  source: Wasm,
  more?: { tasks?: Wasm; objects?: Wasm; openai?: Wasm; vectors?: Wasm },
): void;
