/** OpenAI's HTTP interface with the wasm that the caller passes to `initSync`. Bundlers omit it if it is unused. */
import { failure, provided, WorkersAI } from "./core.js";
import { clientFrom, install, serveOpenAI as serve, openaiWorker as worker } from "./openai.js";

/** Installs the wasm, at the first use. */
function begin() {
  if (provided.openai === undefined) {
    throw failure(
      "CONFIG",
      "OpenAI's HTTP interface needs its wasm: initSync(module, { openai }) with the module or the bytes of workers-ai-wasm/wasm/openai.",
    );
  }
  install(provided.openai);
  clientFrom(async () => ({ WorkersAI }));
}

export function serveOpenAI(ai, options) {
  begin();
  return serve(ai, options);
}

export function openaiWorker(options) {
  begin();
  return worker(options);
}
