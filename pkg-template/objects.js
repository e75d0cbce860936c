/** Structured output and tools, without their wasm: what the client calls through pkg-template/client/later.js. */
import { partOver } from "./client/part.js";
import * as glue from "./workers_ai_objects.js";

export * from "./workers_ai_objects.js";

export const { wasm, install } = partOver(glue);
