/** OpenAI's HTTP interface without wasm. */
export { install } from "./openai/instance.js";
export { serveOpenAI } from "./openai/serve.js";
export { clientFrom, openaiWorker } from "./openai/worker.js";
