/**
 * Structured output and tools, without their wasm: the functions that the client calls through
 * pkg-template/client/later.js.
 */
export { install, wasm } from "./objects/instance.js";
export * from "./workers_ai_objects.js";
