// Splits the SDK's call settings into options of the client's call and parameters of the model.

/** Members of `providerOptions` that are options of the call; all others are parameters of the model. */
const CALL_OPTIONS = [
  "fallback",
  "gateway",
  "maxRetries",
  "rejectIfBusy",
  "resume",
  "sessionAffinity",
  "tags",
  "timeout",
];

/** The SDK retries by its own `maxRetries`, so the client does not by default. */
export const ONCE = { maxRetries: 0 };

/**
 * @param {object} settings of the model, in the form of its provider options
 * @param {{ providerOptions?: object, abortSignal?: AbortSignal, headers?: object }} call
 * @returns {{ options: object, parameters: object }}
 */
export function callOf(settings, { providerOptions, abortSignal, headers }) {
  // `workers-ai` is the key of the older provider.
  const merged = { ...settings, ...providerOptions?.["workers-ai"], ...providerOptions?.workersai };
  const options = {};
  const parameters = {};
  for (const [name, value] of Object.entries(merged)) {
    if (value === undefined) continue;
    if (CALL_OPTIONS.includes(name)) options[name] = value;
    else parameters[name] = value;
  }
  if (abortSignal !== undefined) options.signal = abortSignal;
  if (headers !== undefined) options.headers = headers;
  return { options, parameters };
}

/** The options of a message, a part or a tool: members that are sent as they are. */
export const ownOf = ({ providerOptions }) => providerOptions?.workersai;
