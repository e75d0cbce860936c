/** OpenAI's HTTP interface with a .wasm file that workerd compiles. */
import { clientFrom, install } from "./openai.js";
import module from "./workers_ai_openai_bg.wasm";

install(module);
clientFrom(() => import("./workerd.js"));

export { openaiWorker, serveOpenAI } from "./openai.js";
