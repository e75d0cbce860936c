// The browser's door: the package's own proxy below /ai, without a token in the page. What it asks goes through env.AI.

import { models } from "workers-ai-wasm/catalog";
import { createProxy } from "workers-ai-wasm/proxy";
import { boundedTokens, MOST_BYTES } from "./bounds.js";

/** Those that this version knows and that are not for invited accounts only. */
const MODELS = new Map(models.filter(({ status }) => status !== "gated").map((model) => [model.id, model]));

export const answer = createProxy({
  models: [...MODELS.keys()],
  endpoints: ["run", "models", "tomarkdown"],
  batch: true,
  maxBodyBytes: MOST_BYTES,
  // On Node there is no binding whose WebSockets could be passed on: there it is a service's address.
  upstream: (_request, env) => env.UPSTREAM ?? { binding: env.AI },
  // The demo answers on this machine only. Who says no origin is no page, but its owner with curl.
  authorize: () => true,
  // Documents have no model, and no tokens to bound.
  transform: (input, { model }) => (model === undefined ? input : boundedTokens(input, MODELS.get(model))),
});
