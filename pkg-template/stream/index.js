// The streaming half of the package: what the entries connect to the wasm, and the public exports.

export { AIStream } from "./ai-stream.js";
export { setup } from "./engine.js";
export { events } from "./server-events.js";
