// The SDK's settings as parameters of the model.

import { later } from "../../core.js";

/** The service's names. Of the second group not every model takes each, and a model that does not may answer as if nothing had been set. */
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
 * @param {object[]} warnings gets what the model does not take
 */
export async function settingsOf(model, call, warnings) {
  const parameters = {};
  for (const [setting, name] of Object.entries(OF_ALL)) {
    if (isSet(call[setting])) parameters[name] = call[setting];
  }
  const wanted = Object.entries(OF_SOME).filter(([setting]) => isSet(call[setting]));
  if (wanted.length > 0) {
    const takes = await later("tasks", "takenParameters", [model, wanted.map(([, name]) => name)]);
    for (const [setting, name] of wanted) {
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

/** The SDK leaves out what it does not set, or says undefined; an empty list says nothing either. */
const isSet = (value) => value !== undefined && value !== null && value.length !== 0;
