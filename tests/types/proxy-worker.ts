/** Compiled, never run: the proxy in a Worker, typed by the platform's own types. */
import { createProxy } from "workers-ai-wasm/proxy";

interface Env {
  AI: Ai;
  LIMITER: RateLimit;
}

const ai = createProxy({
  models: ["@cf/meta/llama-3.1-8b-instruct-fast"],
  upstream: (_request: Request, env: Env) => ({ binding: env.AI, gateway: "mine" }),
  rateLimit: async (request, _facts, env) => {
    const { success } = await env.LIMITER.limit({ key: request.headers.get("cf-connecting-ip") ?? "" });
    return success;
  },
});

export default {
  fetch: (request, env): Promise<Response> => ai(request, env),
} satisfies ExportedHandler<Env>;
