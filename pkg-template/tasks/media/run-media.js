// One call of a task with media in it or out of it, from the caller's input to the result.

import { Call, encodeInput, openedText } from "../../core.js";
import { planTask, resultOf } from "../ask.js";
import { outlineOf } from "../outline.js";
import { aboutOf } from "../prepare-call.js";
import { signed } from "../signed.js";
import { warn } from "../warn.js";
import { encodeMedia } from "./encode.js";
import { takeMedia } from "./take.js";
import { wayOf } from "./way.js";

/**
 * @param {object} client
 * @param {string} method
 * @param {string} model
 * @param {unknown} input with its short form written out
 * @param {object} [options]
 * @returns {Promise<object>} the result, with `raw` and `meta`
 */
export async function runMediaTask(client, method, model, input, options) {
  const call = new Call(client, model, undefined, options, () => ({ replayable: true }));
  const { guard } = call;
  // Another kind of result, which only `run` gives.
  Object.assign(call.facts, { rawResponse: false, websocket: false });
  try {
    const way = wayOf(client, options);
    const outline = outlineOf(input);
    const plan = planTask(method, way, model, outline);
    warn(model, plan.warning);
    call.outgoing = await outgoing(call, plan, input);
    const reply = await call.send();
    if (plan.take !== "media") {
      const rest = await openedText(call, reply);
      const result = resultOf(method, way, model, reply.head, outline, rest);
      return { ...result, raw: JSON.parse(rest), meta: metaOf(call, reply) };
    }
    const { media, rest, raw } = await takeMedia(call, reply, plan.payload);
    // Without media in it the answer is none, and the core says so.
    if (media === undefined) return resultOf(method, way, model, reply.head, outline, rest);
    return Object.assign(media, { raw, meta: metaOf(call, reply) });
  } catch (error) {
    throw signed(error, guard);
  } finally {
    guard.release();
  }
}

/** What is sent. Whatever ends the call ends the reading of media as well. */
function outgoing(call, plan, input) {
  if (plan.form === "plain") return encodeInput(call, input);
  return call.guard.until(encodeMedia(plan, input, aboutOf(call)));
}

function metaOf(call, reply) {
  const { startedAt, guard } = call;
  const meta = call.meta(reply);
  meta.durationMs = performance.now() - startedAt;
  if (guard.firstByteAt !== undefined) meta.firstByteMs = guard.firstByteAt - startedAt;
  return meta;
}
