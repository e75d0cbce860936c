// The door of a Worker: any object with a function `run`.
//
// The binding is always asked for its raw response: content types are seen, ids come from the reply's own headers, and concurrent
// calls cannot cross. The fields that the binding keeps of its last call are never read. A stand-in may ignore the question and
// give an object or a stream; that is taken as well.

import { errorOfThrown } from "./core.js";
import { formForBinding } from "./input.js";
import { discardLate, Reply } from "./reply.js";

/** Makes one call. */
export async function sendToBinding(call) {
  const { client, guard, outgoing, facts } = call;
  const inputs = outgoing.form === undefined ? outgoing.inputs : formForBinding(outgoing.form);
  const options = { ...facts.binding, returnRawResponse: true, signal: guard.signal };
  let pending;
  try {
    pending = call.askBinding(client.binding, inputs, options);
    return new Reply(await guard.until(pending));
  } catch (cause) {
    if (guard.reason !== undefined) {
      discardLate(pending);
      throw guard.reason;
    }
    const name = typeof cause?.name === "string" ? cause.name : "";
    const message =
      typeof cause === "string" ? cause : typeof cause?.message === "string" ? cause.message : "";
    throw guard.fail(errorOfThrown(guard.hidden(), "", name, message), { cause });
  }
}
