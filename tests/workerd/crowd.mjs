/** One client per door for all requests of the isolate: each gives back what the service says to its own prompt. */
import { WorkersAI } from "workers-ai-wasm";

const MODEL = "@cf/a/b";
const REST_HOST = "https://api.cloudflare.com";
const clients = {};

function clientOf(door, env, rest) {
  const options = {
    binding: () => ({ binding: env.AI }),
    rest: () => ({
      accountId: "0123456789abcdef0123456789abcdef",
      apiToken: "token-of-the-crowd",
      fetch: (url, init) => fetch(String(url).replace(REST_HOST, rest), init),
    }),
  };
  clients[door] ??= new WorkersAI({ maxRetries: 0, ...options[door]() });
  return clients[door];
}

async function answer(ai, kind, prompt) {
  if (kind === "whole") return (await ai.generateText(MODEL, prompt)).text;
  const stream = await ai.streamText(MODEL, prompt);
  let text = "";
  for await (const event of stream) if (event.type === "text") text += event.text;
  return text;
}

export default {
  async fetch(request, env) {
    const { door, kind, prompt, rest } = Object.fromEntries(new URL(request.url).searchParams);
    try {
      return new Response(await answer(clientOf(door, env, rest), kind, prompt));
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
