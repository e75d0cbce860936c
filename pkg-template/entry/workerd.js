/** The entry of Workers, whose runtime compiles the .wasm file itself and forbids compiling bytes in a handler. */
import { install } from "./runtime.js";
import { initSync } from "./workers_ai_wasm.js";
import module from "./workers_ai_wasm_bg.wasm";

install(initSync({ module }));

export { events, isWorkersAIError, WorkersAI, WorkersAIError } from "./runtime.js";
