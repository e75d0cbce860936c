// One call of a task's method, from the caller's input to its result.

import { Call, openedText, refusal } from "../core.js";
import { planTask, resultOf } from "./ask.js";
import { outlineOf } from "./outline.js";
import { filled } from "./template.js";

/** Models that have been warned of. */
const warned = new Set();

/**
 * @param {object} client
 * @param {string} method
 * @param {string} model
 * @param {unknown} input with its short form written out
 * @param {object} [options]
 * @returns {Promise<object>} the result, with `raw` and `meta`
 */
export async function runTask(client, method, model, input, options) {
  if (typeof model !== "string")
    throw refusal("model", "The model must be a string such as @cf/author/model.");
  const outline = outlineOf(input);
  const plan = planTask(method, client.door, model, outline);
  warn(model, plan.warning);
  const body = filled(plan.body, input, noMedia);
  const call = new Call(client, model, body, options);
  const reply = await call.send();
  const text = await openedText(call, reply).finally(() => call.guard.release());
  const result = resultOf(method, client.door, model, reply.head, outline, text);
  result.raw = JSON.parse(text);
  result.meta = call.meta(reply);
  return result;
}

function noMedia(_value, _as, _type, name) {
  throw refusal(name, `${name} cannot be media here.`);
}

/** Says once that a model is past its end. */
function warn(model, warning) {
  if (warning === undefined || warned.has(model)) return;
  warned.add(model);
  console.warn(`workers-ai-wasm: ${warning}`);
}
