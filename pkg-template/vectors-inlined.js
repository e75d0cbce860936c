/** The vector index, its wasm inside. Bundlers leave all of it out where it is not used. */
import { unpack } from "./inflate.js";
import { vectorIndexOver } from "./vectors.js";
import { deflated, size } from "./workers_ai_vectors_bytes.js";

export const VectorIndex = /* @__PURE__ */ vectorIndexOver(() => unpack(deflated, size));
