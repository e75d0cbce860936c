// The server side of the client's `baseURL`: a fetch handler between pages and Workers AI, which holds the
// credential and accepts only what its options allow.

import { answerFor, handshakeFor } from "./answer.js";
import { readOptions } from "./options.js";
import { crossOrigin, withCrossOrigin } from "./origin.js";
import { refused } from "./refusal.js";

export { toNodeListener, toNodeUpgradeListener } from "./node.js";

/** Creates the handler: `(request, ...context) => Promise<Response>`. */
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
  /**
   * For a WebSocket whose bytes the caller forwards: the service's handshake, or a response that rejects it.
   */
  handler.connect = async (request, ...context) => {
    try {
      return await handshakeFor(request, context, crossOrigin(request, settings), settings);
    } catch (error) {
      return refused(error, request, settings);
    }
  };
  return handler;
}
