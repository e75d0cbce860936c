// An answer that is JSON, all of it.

import { openedText } from "../core.js";

/** `{ rest, raw }`: the text that the core understands, and what the service said. */
export async function takeJSON(call, reply) {
  const rest = await openedText(call, reply);
  return { rest, raw: JSON.parse(rest) };
}
