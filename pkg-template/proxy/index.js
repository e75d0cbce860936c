// The other half of the client's `baseURL`: a fetch handler that stands between pages and Workers AI, holds the credential, and lets
// through only what it was told to.

import { answerFor, handshakeFor } from "./answer.js";
import { readOptions } from "./options.js";
import { crossOrigin, withCrossOrigin } from "./origin.js";
import { refused } from "./refusal.js";

export { toNodeListener, toNodeUpgradeListener } from "./node.js";

/** Makes the handler: `(request, ...context) => Promise<Response>`. */
export function createProxy(options) {
  const settings = readOptions(options);
  const handler = async (request, ...context) => {
    const origin = crossOrigin(request, settings);
    try {
      return withCrossOrigin(await answerFor(request, context, origin, settings), origin, settings);
    } catch (error) {
      return withCrossOrigin(refused(error, request, settings), origin, settings);
    }
  };
  /** For a WebSocket where the bytes are passed by somebody else: the service's handshake, or a response that refuses. */
  handler.connect = async (request, ...context) => {
    try {
      return await handshakeFor(request, context, crossOrigin(request, settings), settings);
    } catch (error) {
      return refused(error, request, settings);
    }
  };
  return handler;
}
