// Handles an answer that is complete except for malformed JSON in a call's arguments. The client rejects it;
// the SDK can repair such a call, or report it to the model.

import { isWorkersAIError } from "../../core.js";

/**
 * @param {unknown} error the client's
 * @returns {object | undefined} the partial result; undefined for another failure
 */
export function brokenCalls(error) {
  if (!isWorkersAIError(error) || error.code !== "MALFORMED_RESPONSE") return undefined;
  const { partial } = error;
  const hasBroken = partial?.toolCalls?.some(({ arguments: input }) => typeof input === "string");
  return hasBroken && partial.finishReason !== undefined ? partial : undefined;
}
