// Converts the SDK's call to an input of the client.

import { later } from "../../core.js";
import { callOf } from "../call.js";
import { isOwn } from "../family.js";
import { messagesOf } from "./prompt.js";
import { settingsOf } from "./settings.js";
import { toolsOf } from "./tools.js";

/**
 * @param {string} model
 * @param {object} settings
 * @param {object} call the SDK's
 * @param {boolean} streamed
 * @returns {Promise<{ input: object, options: object, warnings: object[], plan?: object }>} `plan`: of an answer in JSON, see
 *   src/tasks/object/plan.rs
 */
export async function inputOf(model, settings, call, streamed) {
  const warnings = [];
  const { options, parameters } = callOf(settings, call);
  const messages = messagesOf(call.prompt, isOwn(model), warnings);
  const input = {
    messages,
    ...(await settingsOf(model, call, warnings)),
    ...(await toolsOf(model, call, warnings)),
    ...parameters,
  };
  const { responseFormat } = call;
  if (responseFormat?.type !== "json") return { input, options, warnings };
  const plan = await later("objects", "planObject", [model, streamed, responseFormat, input]);
  return { input: { ...input, ...plan.members }, options, warnings, plan };
}
