/** The proxy in a Worker: below `/ai` over HTTP, below `/binding` through its binding. */
import { createProxy } from "workers-ai-wasm/proxy";

const VOICE = "@cf/deepgram/aura-1";
const options = {
  models: [VOICE, "@cf/meta/llama-3.1-8b-instruct-fast", "@cf/baai/bge-small-en-v1.5"],
  endpoints: ["run", "models", "v1"],
  forwardHeaders: ["x-local-fault"],
};
const overHttp = createProxy({
  ...options,
  upstream: (_request, env) => ({ baseURL: env.BASE_URL, apiToken: env.TOKEN }),
});
const overBinding = createProxy({
  ...options,
  path: "/binding",
  upstream: (_request, env) => ({ binding: env.AI }),
});

export default {
  fetch: (request, env) =>
    (new URL(request.url).pathname.startsWith("/ai/") ? overHttp : overBinding)(request, env),
};
