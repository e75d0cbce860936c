/** The tasks, with the .wasm file that workerd compiles. */
import { install } from "./tasks.js";
import module from "./workers_ai_tasks_bg.wasm";

install(module);

export * from "./tasks.js";
