// The other half of the client's `baseURL`: a fetch handler that stands between pages and Workers AI, holds the credential, and lets
// through only what it was told to.

import { answerFor } from "./answer.js";
import { readOptions } from "./options.js";
import { crossOrigin, withCrossOrigin } from "./origin.js";
import { failure, Refusal } from "./refusal.js";

export { toNodeListener } from "./node.js";

/** Makes the handler: `(request, ...context) => Promise<Response>`. */
export function createProxy(options) {
  const settings = readOptions(options);
  return async (request, ...context) => {
    const origin = crossOrigin(request, settings);
    try {
      return withCrossOrigin(await answerFor(request, context, origin, settings), origin);
    } catch (error) {
      return withCrossOrigin(refused(error, settings), origin);
    }
  };
}

/** What is not a refusal is a fault of ours: its owner is told, the page is not. */
function refused(error, { onError }) {
  if (error instanceof Refusal) {
    if (error.cause !== undefined) onError(error.cause);
    return failure(error);
  }
  onError(error);
  return failure(new Refusal(500, "The proxy failed."));
}
