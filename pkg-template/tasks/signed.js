// Who understands an answer knows nothing of the call that brought it.

import { isWorkersAIError } from "../core.js";

/** The same error with what is known of its call, and with nothing in it that it repeats of the call's input. */
export function signed(error, guard) {
  if (!isWorkersAIError(error) || guard.attempts === 0 || error.attempts !== undefined) return error;
  const hidden = {};
  for (const name of ["cause", "partial"]) if (name in error) hidden[name] = error[name];
  return guard.fail(JSON.stringify(error), hidden);
}
