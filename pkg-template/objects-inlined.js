/** Structured output and tools, their wasm inside. */
import { unpack } from "./inflate.js";
import { install } from "./objects.js";
import { deflated, size } from "./workers_ai_objects_bytes.js";

install(unpack(deflated, size));

export * from "./objects.js";
