/** Compiled, never run: a Worker, typed by the platform's own types. */
import { WorkersAI } from "workers-ai-wasm";

interface Env {
  AI: Ai;
}

export default {
  async fetch(_request, env): Promise<Response> {
    const ai = new WorkersAI({ binding: env.AI });
    const stream = await ai.streamText("@cf/meta/llama-3.1-8b-instruct", "hi");
    return stream.toResponse();
  },
} satisfies ExportedHandler<Env>;
