// `workers-ai-wasm/local`: the other side of Workers AI, for tests and for development without an account.

import { LocalAI } from "./faces/binding.js";
import { handlerFor } from "./handler.js";
import { importNodeOnly } from "./node-only.js";
import { LocalService } from "./service.js";
import { LocalVectorize } from "./vectorize/index.js";

export { inputsDigest } from "./digest.js";

/** An object with `env.AI`'s interface. */
export const createLocalAI = (options = {}) => new LocalAI(handlerFor(new LocalService(options), options));

/** An `env.AI` for a test, of which every model gives the same reply. */
export function mockAI(reply, options = {}) {
  if (reply === undefined) throw new TypeError('mockAI needs a reply, such as mockAI("Hello!")');
  return createLocalAI({ engine: "stand-in", ...options, routes: { ...options.routes, "*": reply } });
}

/** An object with the interface of a Vectorize binding. */
export const createLocalVectorize = (options) => new LocalVectorize(options);

/** A fetch handler that speaks the REST API and the binding's upstream protocol. */
export const createLocalHandler = (options = {}) => handlerFor(new LocalService(options), options);

/** An HTTP server around that handler. Needs Node, Deno or Bun. */
export async function serveLocalAI(options = {}) {
  const { serve } = await importNodeOnly("./node/server.js");
  return serve(options);
}
