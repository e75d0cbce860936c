// Converts the SDK's settings to parameters of the model.

import { later } from "../../core.js";

/**
 * The service's names. Not every model supports each of `OF_SOME`, and a model that lacks one may silently
 * ignore it.
 */
const OF_ALL = { maxOutputTokens: "max_tokens", temperature: "temperature" };
const OF_SOME = {
  topP: "top_p",
  topK: "top_k",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  stopSequences: "stop",
  seed: "seed",
};

/**
 * @param {string} model
 * @param {object} call
 * @param {object[]} warnings receives a warning for each unsupported setting
 */
export async function settingsOf(model, call, warnings) {
  const parameters = {};
  for (const [setting, name] of Object.entries(OF_ALL)) {
    if (isSet(call[setting])) parameters[name] = call[setting];
  }
  const requested = Object.entries(OF_SOME).filter(([setting]) => isSet(call[setting]));
  if (requested.length > 0) {
    const takes = await later("tasks", "takenParameters", [model, requested.map(([, name]) => name)]);
    for (const [setting, name] of requested) {
      if (takes.includes(name)) parameters[name] = call[setting];
      else warnings.push({ type: "unsupported", feature: setting, details: `${model} has no ${name}.` });
    }
  }
  const { reasoning } = call;
  if (isSet(reasoning) && reasoning !== "provider-default") {
    const { members, details } = await later("tasks", "reasoningParameters", [model, reasoning]);
    Object.assign(parameters, members);
    if (details !== undefined)
      warnings.push({
        type: members === undefined ? "unsupported" : "compatibility",
        feature: "reasoning",
        details,
      });
  }
  return parameters;
}

/** The SDK omits unset settings or passes undefined; an empty list counts as unset too. */
const isSet = (value) => value !== undefined && value !== null && value.length !== 0;
