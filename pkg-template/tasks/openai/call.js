// One call in OpenAI's shape: over HTTP of the endpoint that speaks it, on the binding a run of the model.

import { Call, encodeInput, kindOf, refusal } from "../../core.js";
import { prepareInput } from "../ask.js";
import { requestTo } from "../endpoint-ask.js";
import { encodeMedia } from "../media/encode.js";
import { wayOf } from "../media/way.js";
import { outlineOf } from "../outline.js";
import { aboutOf } from "../prepare-call.js";

/** Runs of models that have an endpoint of their own. */
class EndpointRun extends Call {
  /** The endpoint's name in src/plan/endpoint.rs. */
  endpoint;

  plan(token, about) {
    return requestTo(this.client.outline, this.outline, this.endpoint, "{}", token, about);
  }
}

/**
 * @param {object} client
 * @param {string} endpoint such as `chat.completions`
 * @param {unknown} request `{ model, … }`
 * @param {object} [options] the call's
 * @returns {Promise<{ call: Call, reply: object, input: object }>} `input`: the request without its model
 */
export async function sendRequest(client, endpoint, request, options) {
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    throw refusal("input", `The request must be an object with a model, not ${kindOf(request)}.`);
  }
  const { model, ...input } = request;
  const call = new EndpointRun(client, model, input, options, () => ({ replayable: true }));
  call.endpoint = endpoint;
  // Another kind of result, which only `run` gives.
  Object.assign(call.facts, { rawResponse: false, websocket: false });
  try {
    call.outgoing = await outgoing(call, model, input, options);
    return { call, reply: await call.send(), input };
  } catch (error) {
    call.guard.release();
    throw error;
  }
}

function outgoing(call, model, input, options) {
  const { isBinding, client, guard } = call;
  const way = wayOf(client, options) + (isBinding ? "" : "+openai");
  const plan = prepareInput(way, model, outlineOf(input));
  if (plan.form === "plain") return encodeInput(call, isBinding ? input : { model, ...input });
  const body = isBinding ? plan.body : { model, ...plan.body };
  return guard.until(encodeMedia({ ...plan, body }, input, aboutOf(call)));
}
