// An answer that is whole but for the JSON in the arguments of a call. The client refuses it; the SDK has a way of its own to repair such a call, or to
// tell the model of it.

import { isWorkersAIError } from "../../core.js";

/**
 * @param {unknown} error the client's
 * @returns {object | undefined} what had come; undefined for another failure
 */
export function brokenCalls(error) {
  if (!isWorkersAIError(error) || error.code !== "MALFORMED_RESPONSE") return undefined;
  const { partial } = error;
  const hasBroken = partial?.toolCalls?.some(({ arguments: input }) => typeof input === "string");
  return hasBroken && partial.finishReason !== undefined ? partial : undefined;
}
