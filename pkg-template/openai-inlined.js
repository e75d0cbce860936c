/** OpenAI's HTTP interface with inlined wasm. */
import { unpack } from "./inflate.js";
import { clientFrom, install } from "./openai.js";
import { deflated, size } from "./workers_ai_openai_bytes.js";

install(unpack(deflated, size));
clientFrom(() => import("./index.js"));

export { openaiWorker, serveOpenAI } from "./openai.js";
