// The call of an input that cannot go as it is: media in it, or what the model takes in another form.

import { Call, encodeInput } from "../core.js";
import { prepareInput } from "./ask.js";
import { takesStreams } from "./media/body.js";
import { encodeMedia } from "./media/encode.js";
import { wayOf } from "./media/way.js";
import { outlineOf } from "./outline.js";

/** See `callFor` in pkg-template/client/prepare.js. */
export async function prepareCall(client, model, input, options) {
  const call = new Call(client, model, input, options, () => ({ replayable: true }));
  const { guard } = call;
  try {
    const plan = prepareInput(wayOf(client, options), model, outlineOf(input));
    call.outgoing =
      plan.form === "plain"
        ? encodeInput(call, input)
        : await guard.until(encodeMedia(plan, input, aboutOf(call)));
  } catch (error) {
    guard.release();
    throw error;
  }
  return call;
}

/** What decides about the form of media. */
export function aboutOf({ client, isBinding, guard, facts }) {
  const { rejectIfBusy = false } = facts;
  return { isBinding, signal: guard.signal, rejectIfBusy, streams: takesStreams(client) };
}
