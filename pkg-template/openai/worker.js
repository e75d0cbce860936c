// A Worker that is nothing but an endpoint.

import { reading, refusal } from "../core.js";
import { whileWanted } from "../proxy/wanted.js";
import { serveOpenAI, settingsOf } from "./serve.js";

/** How the client is imported, whose wasm the entries bring. */
let importClient;

/** Each entry says how. */
export function clientFrom(load) {
  importClient = load;
}

/** See `openaiWorker` in openai.d.ts. */
export function openaiWorker(options = {}) {
  // At once, and not with the first request.
  const { models, maxBodyBytes, ofCalls } = settingsOf(options, "openaiWorker", ["authorize", "client"]);
  const [authorize, client = bindingOf] = reading("options", () => [options.authorize, options.client]);
  if (typeof authorize !== "function")
    throw refusal(
      "authorize",
      "openaiWorker needs authorize: (request, env) => boolean, which says who may ask at your cost.",
    );
  if (typeof client !== "function")
    throw refusal("client", "client must be a function that gives a client: (env, request) => WorkersAI.");
  return {
    async fetch(request, env, context) {
      let allowed;
      try {
        allowed = await whileWanted(request, authorize(request, env, context));
        if (allowed === true) {
          const ai = await whileWanted(request, client(env, request));
          return await serveOpenAI(ai, { models, maxBodyBytes, options: ofCalls }).handler(request);
        }
      } catch (error) {
        // It is the owner's own, whose log has it.
        console.error(error);
        return refused(500, "The server has failed inside.", "internal_error");
      }
      return allowed instanceof Response
        ? allowed
        : refused(401, "Incorrect API key provided.", "invalid_api_key");
    },
  };
}

/** By its binding: what a client has counted and loaded serves the next request too. */
const clients = new WeakMap();

async function bindingOf({ AI: binding }) {
  const { WorkersAI } = await importClient();
  // Refuses what is no binding.
  const client = clients.get(binding) ?? new WorkersAI({ binding });
  clients.set(binding, client);
  return client;
}

/** In the shape that OpenAI's SDK reads, and Anthropic's. */
function refused(status, message, code) {
  const error = {
    message,
    type: status === 401 ? "invalid_request_error" : "server_error",
    param: null,
    code,
  };
  const headers = { "x-should-retry": "false" };
  return Response.json({ type: "error", error }, { status, headers });
}
