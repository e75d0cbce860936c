/** Compiled, never run: the proxy in front of Node's servers. */
import http from "node:http";
import http2 from "node:http2";
import {
  createProxy,
  type ProxyHandler,
  type ProxyRequestFacts,
  toNodeListener,
  toNodeUpgradeListener,
} from "workers-ai-wasm/proxy";

const ai: ProxyHandler = createProxy({
  tasks: ["Text Generation"],
  models: (model, task) => model.startsWith("@cf/") && task !== "Text-to-Image",
  accountId: "0123456789abcdef0123456789abcdef",
  apiToken: "token",
  endpoints: ["run", "models", "tomarkdown", "v1", "finetunes"],
  forwardHeaders: ["cf-aig-metadata"],
  exposeHeaders: ["cf-aig-log-id"],
  origins: ["https://app.example.com"],
  batch: true,
  maxBodyBytes: 1024,
  gateway: { id: "mine" },
  authorize: async (request, facts) => request.headers.has("x-user") && facts.endpoint === "run",
  rateLimit: () => ({ retryAfterMs: 1000 }),
  transform: (input, { model, task, websocket }: ProxyRequestFacts) =>
    websocket || model === undefined || task === undefined ? undefined : { ...input, max_tokens: 100 },
  onError: (error: unknown) => console.error(error),
});
const server = http.createServer(toNodeListener(ai));
server.on("upgrade", toNodeUpgradeListener(ai));
http2.createServer(toNodeListener(async (request) => new Response(request.url)));
const response: Promise<Response> = ai(new Request("https://app.example.com/ai/run/x"));
void response;

// @ts-expect-error an endpoint that there is not
createProxy({ models: [], endpoints: ["accounts"] });
// @ts-expect-error a task that there is not
createProxy({ tasks: ["Text generation"] });
