/** The vector index, with the .wasm file that workerd compiles. */
import { vectorIndexOver } from "./vectors.js";
import module from "./workers_ai_vectors_bg.wasm";

export const VectorIndex = /* @__PURE__ */ vectorIndexOver(() => module);
