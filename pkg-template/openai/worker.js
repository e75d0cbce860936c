// Creates a Worker that serves OpenAI's HTTP API.

import { reading, refusal } from "../core.js";
import { untilAborted } from "../proxy/until-aborted.js";
import { serveOpenAI, settingsOf } from "./serve.js";

/** Imports the client, with the wasm of the entry point. */
let importClient;

/** Called by each entry point. */
export function clientFrom(load) {
  importClient = load;
}

/** See `openaiWorker` in openai.d.ts. */
export function openaiWorker(options = {}) {
  // Options are validated here, not at the first request.
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
        allowed = await untilAborted(request, authorize(request, env, context));
        if (allowed === true) {
          const ai = await untilAborted(request, client(env, request));
          return await serveOpenAI(ai, { models, maxBodyBytes, options: ofCalls }).handler(request);
        }
      } catch (error) {
        // The error belongs to the owner, so it is logged and not sent.
        console.error(error);
        return refused(500, "The server has failed inside.", "internal_error");
      }
      return allowed instanceof Response
        ? allowed
        : refused(401, "Incorrect API key provided.", "invalid_api_key");
    },
  };
}

/** Clients by binding, so that requests share the limiter and loaded modules. */
const clients = new WeakMap();

async function bindingOf({ AI: binding }) {
  const { WorkersAI } = await importClient();
  // The constructor rejects an invalid binding.
  const client = clients.get(binding) ?? new WorkersAI({ binding });
  clients.set(binding, client);
  return client;
}

/** A refusal in the formats of both OpenAI's and Anthropic's SDKs. */
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
