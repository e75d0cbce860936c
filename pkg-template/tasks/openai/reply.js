// What came back.

import { JSON_BODY, openedText } from "../../core.js";

/** Is it one JSON object, and no stream? */
export const isWhole = (reply) => reply.isValue || (!reply.isStream && reply.media === JSON_BODY);

/** The answer; the call is over with it. */
export async function wholeOf(call, reply) {
  try {
    return JSON.parse(await openedText(call, reply));
  } finally {
    call.guard.release();
  }
}
