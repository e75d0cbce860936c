/** The vector index, with inlined wasm. Bundlers drop it if it is unused. */
import { unpack } from "./inflate.js";
import { vectorIndexOver } from "./vectors.js";
import { deflated, size } from "./workers_ai_vectors_bytes.js";

export const VectorIndex = /* @__PURE__ */ vectorIndexOver(() => unpack(deflated, size));
