// A Worker that is nothing but an endpoint.

import { refusal } from "../core.js";
import { serveOpenAI } from "./serve.js";

/** How the client is imported, whose wasm the entries bring. */
let importClient;

/** Each entry says how. */
export function clientFrom(load) {
  importClient = load;
}

/** See `openaiWorker` in openai.d.ts. */
export function openaiWorker({ authorize, client = bindingOf, ...options } = {}) {
  if (typeof authorize !== "function")
    throw refusal(
      "authorize",
      "openaiWorker needs authorize: (request, env) => boolean, which says who may ask at your cost.",
    );
  return {
    async fetch(request, env, context) {
      const allowed = await authorize(request, env, context);
      if (allowed instanceof Response) return allowed;
      if (allowed !== true) return unauthorized(request);
      return serveOpenAI(await client(env, request), options).handler(request);
    },
  };
}

async function bindingOf({ AI: binding }) {
  const { WorkersAI } = await importClient();
  return new WorkersAI({ binding });
}

function unauthorized() {
  const error = {
    message: "Incorrect API key provided.",
    type: "invalid_request_error",
    param: null,
    code: "invalid_api_key",
  };
  return Response.json({ error }, { status: 401, headers: { "x-should-retry": "false" } });
}
