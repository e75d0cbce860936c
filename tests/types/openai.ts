/** Compiled, never run: the SDKs take what the entry gives. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { WorkersAI } from "workers-ai-wasm";
import { type OpenAIServer, openaiWorker, type ServeOptions, serveOpenAI } from "workers-ai-wasm/openai";

const ai = new WorkersAI({ baseURL: "/ai" });
const options: ServeOptions = { models: { small: "@cf/a/b" }, options: { gateway: "mine", timeout: 1000 } };
const served: OpenAIServer = serveOpenAI(ai, options);
const client = new OpenAI(served);
const other = new Anthropic({ ...serveOpenAI(ai), maxRetries: 0 });
export const answers: Promise<unknown>[] = [
  client.chat.completions.create({ model: "small", messages: [{ role: "user", content: "a" }] }),
  other.messages.create({ model: "small", max_tokens: 5, messages: [{ role: "user", content: "a" }] }),
  served.handler(new Request(served.baseURL)),
];

export default openaiWorker({
  authorize: (request: Request, env: { KEY: string }) => request.headers.get("authorization") === env.KEY,
  models: ["@cf/a/b"],
  client: () => ai,
});

// @ts-expect-error who may ask has to be decided
openaiWorker({ models: ["@cf/a/b"] });
// @ts-expect-error a slip
serveOpenAI(ai, { model: "@cf/a/b" });
