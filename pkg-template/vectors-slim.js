/** The vector index, with the wasm that was passed to `initSync`. Bundlers drop it if it is unused. */
import { failure, provided } from "./core.js";
import { vectorIndexOver } from "./vectors.js";

export const VectorIndex = /* @__PURE__ */ vectorIndexOver(() => {
  if (provided.vectors !== undefined) return provided.vectors;
  throw failure(
    "CONFIG",
    "VectorIndex needs its wasm: initSync(module, { vectors }) with the module or the bytes of workers-ai-wasm/wasm/vectors.",
  );
});
