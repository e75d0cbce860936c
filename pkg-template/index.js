/** The entry of all runtimes but workerd: the wasm is inlined as text, and compiled while this file loads. */
import { install } from "./core.js";
import { unpack } from "./inflate.js";
import { deflated, size } from "./workers_ai_wasm_bytes.js";

install(unpack(deflated, size), {
  tasks: () => import("./tasks-inlined.js"),
  objects: () => import("./objects-inlined.js"),
});

export * from "./exports.js";
export { VectorIndex } from "./vectors-inlined.js";
