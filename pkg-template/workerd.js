/**
 * The entry for Workers, whose runtime compiles the .wasm file itself and forbids compilation in a handler.
 */
import { install } from "./core.js";
import module from "./workers_ai_wasm_bg.wasm";

install(module, {
  tasks: () => import("./tasks-workerd.js"),
  objects: () => import("./objects-workerd.js"),
});

export * from "./exports.js";
export { VectorIndex } from "./vectors-workerd.js";
