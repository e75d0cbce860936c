// One call of a task's method, from the caller's input to its result.

import { Call, refusal } from "../core.js";
import { planTask, resultOf } from "./ask.js";
import { encodeMedia } from "./media/encode.js";
import { outlineOf } from "./outline.js";
import { aboutOf } from "./prepare-call.js";
import { signed } from "./signed.js";
import { takeJSON } from "./take-json.js";
import { takeVectors } from "./take-vectors.js";
import { warn } from "./warn.js";

/** How answers are taken, by the names of src/tasks/request.rs. */
const TAKE = { json: takeJSON, vectors: takeVectors };

/**
 * @param {object} client
 * @param {string} method
 * @param {string} model
 * @param {unknown} input with its short form written out
 * @param {object} [options]
 * @returns {Promise<object>} the result, with `raw` and `meta`
 */
export async function runTask(client, method, model, input, options) {
  const task = planned(client, method, model, input);
  const { result, raw, meta } = await ask(task, options);
  return { ...result, raw, meta };
}

/** What is to be sent, before anything is. */
export function planned(client, method, model, input) {
  if (typeof model !== "string")
    throw refusal("model", "The model must be a string such as @cf/author/model.");
  const outline = outlineOf(input);
  const plan = planTask(method, client.door, model, outline);
  warn(model, plan.warning);
  return { client, method, model, input, outline, plan };
}

/**
 * Makes one request: `{ result, raw, meta, floats? }`.
 *
 * @param {object} task of `planned`
 * @param {object} [options]
 * @param {number} [each] the item that it is for, where there are several
 */
export async function ask({ client, method, model, input, outline, plan }, options, each) {
  const call = new Call(client, model, undefined, options, () => ({ replayable: true }));
  // Another kind of result, which only `run` gives.
  Object.assign(call.facts, { rawResponse: false, websocket: false });
  try {
    call.outgoing = await call.guard.until(encodeMedia(plan, input, aboutOf(call), each));
    const reply = await call.send();
    const { rest, ...taken } = await TAKE[plan.take](call, reply);
    const result = resultOf(method, client.door, model, reply.head, outline, rest);
    return { result, ...taken, meta: metaOf(call, reply) };
  } catch (error) {
    throw signed(error, call.guard);
  } finally {
    call.guard.release();
  }
}

/** What is known of a call that is over. */
export function metaOf(call, reply) {
  const { startedAt, guard } = call;
  const meta = call.meta(reply);
  meta.durationMs = performance.now() - startedAt;
  if (guard.firstByteAt !== undefined) meta.firstByteMs = guard.firstByteAt - startedAt;
  return meta;
}
