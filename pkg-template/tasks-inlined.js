/** The tasks, with inlined wasm. */
import { unpack } from "./inflate.js";
import { install } from "./tasks.js";
import { deflated, size } from "./workers_ai_tasks_bytes.js";

install(unpack(deflated, size));

export * from "./tasks.js";
