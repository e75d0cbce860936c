/** Compiled, never run: a Worker of nothing else, typed by the platform's own types. */
import { openaiWorker } from "workers-ai-wasm/openai";

interface Env {
  AI: Ai;
  KEY: string;
}

export default openaiWorker<Env>({
  authorize: (request, env) => request.headers.get("authorization") === `Bearer ${env.KEY}`,
}) satisfies ExportedHandler<Env>;
