/** Structured output and tools, with inlined wasm. */
import { unpack } from "./inflate.js";
import { install } from "./objects.js";
import { deflated, size } from "./workers_ai_objects_bytes.js";

install(unpack(deflated, size));

export * from "./objects.js";
