/** Structured output and tools, with the .wasm file that workerd compiles. */
import { install } from "./objects.js";
import module from "./workers_ai_objects_bg.wasm";

install(module);

export * from "./objects.js";
