// The client's errors as the SDK's: which class, and may the SDK ask again?
//
// | code | class |
// |---|---|
// | `ABORTED` | the reason of the signal, as `fetch` does it |
// | `CONFIG` of the account, the token, the address | `LoadAPIKeyError` |
// | another `CONFIG` | `LoadSettingError` |
// | `MODEL_NOT_FOUND`, `MODEL_DEPRECATED`, a model of another task | `NoSuchModelError` |
// | `NO_OBJECT` | `NoObjectGeneratedError` |
// | `MALFORMED_RESPONSE` | `InvalidResponseDataError` |
// | `INVALID_INPUT`, `TOO_LARGE` before anything was sent | `InvalidArgumentError` |
// | any other | `APICallError` |

import { isWorkersAIError, read, reading, refusal } from "../core.js";
import * as sdk from "./errors.js";
import { usageOf } from "./usage.js";

/**
 * The SDK waits at most this long before an attempt, whatever the service demands; an earlier request would
 * fail again.
 */
const LONGEST_WAIT_MS = 60_000;
/** Options without which no request can be sent. */
const CREDENTIALS = /^(?:accountId|apiToken|baseURL|binding)$/;

/**
 * Converts an error of the client to the SDK's. Other values are passed on.
 *
 * @param {unknown} error
 * @param {{ modelId: string, modelType: string, input?: unknown }} call the request
 */
export function failureOf(error, { modelId, modelType, input }) {
  if (!isWorkersAIError(error)) return error;
  const { code, message, status, field } = error;
  const fields = { message, cause: error };
  switch (code) {
    case "ABORTED":
      return error.cause ?? abortError(fields);
    case "CONFIG":
      return CREDENTIALS.test(field) ? new sdk.LoadAPIKeyError(fields) : new sdk.LoadSettingError(fields);
    case "MODEL_NOT_FOUND":
    case "MODEL_DEPRECATED":
      return new sdk.NoSuchModelError({ ...fields, modelId, modelType });
    case "NO_OBJECT":
      return new sdk.NoObjectGeneratedError({ ...fields, ...objectOf(error, modelId) });
    case "MALFORMED_RESPONSE":
      return new sdk.InvalidResponseDataError({ ...fields, data: error.partial });
    case "INVALID_INPUT":
    case "TOO_LARGE":
      if (error.attempts === undefined && status === undefined) {
        if (field === "model") return new sdk.NoSuchModelError({ ...fields, modelId, modelType });
        return new sdk.InvalidArgumentError({ ...fields, argument: field });
      }
  }
  return new sdk.APICallError({
    ...fields,
    url: `/run/${modelId}`,
    requestBodyValues: input,
    statusCode: status,
    responseHeaders: waitOf(error),
    isRetryable: error.retryable && !(error.retryAfterMs > LONGEST_WAIT_MS),
    data: error.toJSON(),
  });
}

/**
 * Returns the result of `work`, which reads a value of the caller's. Its errors are converted to the SDK's.
 *
 * @template T
 * @param {{ modelId?: string, modelType?: string }} call
 * @param {string} field the value's name
 * @param {() => T} work
 * @returns {T}
 */
export function asTheirs(call, field, work) {
  try {
    return reading(field, work);
  } catch (error) {
    throw failureOf(error, call);
  }
}

/** Converts every error of the methods that the SDK calls to one of the SDK's, but for the reason of the call's signal. */
export function guardCalls({ prototype }) {
  for (const name of Object.getOwnPropertyNames(prototype).filter((name) => /^do[A-Z]/.test(name))) {
    const method = prototype[name];
    prototype[name] = async function (call) {
      try {
        return await method.call(this, call);
      } catch (error) {
        const isAbort = read(read(call, "abortSignal"), "aborted") || read(error, "name") === "AbortError";
        if (error instanceof sdk.AISDKError || isAbort) throw error;
        const message = "A value of the call cannot be read; cause has its error.";
        throw failureOf(refusal("options", message, { cause: error }), { modelId: this.modelId });
      }
    };
  }
}

/** The headers in which the SDK looks for the delay. */
const waitOf = ({ retryAfterMs }) =>
  retryAfterMs === undefined ? undefined : { "retry-after-ms": String(retryAfterMs) };

function abortError({ message, cause }) {
  const error = new Error(message, { cause });
  error.name = "AbortError";
  return error;
}

function objectOf({ text, usage, finishReason, requestId, partial }, modelId) {
  return {
    text: text ?? partial?.text,
    usage: usageOf(usage),
    finishReason: finishReason ?? partial?.finishReason ?? "other",
    response: { id: requestId, timestamp: new Date(), modelId },
  };
}
