// Errors that are detected in JavaScript.

import { isWorkersAIError, WorkersAIError } from "../error.js";
import { isList, kindOf } from "./values.js";

/** An error with a code. */
export function failure(code, message, more) {
  const retryable = code === "NETWORK" || code === "TIMEOUT";
  return new WorkersAIError({ code, message, retryable, ...more });
}

/** The error of an invalid input or option. */
export const refusal = (field, message, more) => failure("INVALID_INPUT", message, { field, ...more });

/** Throws if `options` is no object, or has an unknown option, which would otherwise be ignored silently. */
export function checkNames(options, known, what, code = "INVALID_INPUT") {
  if (typeof options !== "object" || options === null || isList(options))
    throw failure(code, `The options of ${what} must be an object, not ${kindOf(options)}.`, {
      field: "options",
    });
  const field = Object.keys(options).find((name) => !known.includes(name));
  if (field !== undefined)
    throw failure(code, `${field.slice(0, 60)} is no option of ${what}. There are ${known.join(", ")}.`, {
      field,
    });
}

/**
 * Returns the result of `read`, which reads a value of the caller's. An error of that value, as of a getter or a revoked Proxy, is converted.
 *
 * @template T
 * @param {string} field the value's name
 * @param {() => T} read
 * @returns {T}
 */
export function reading(field, read, code = "INVALID_INPUT") {
  try {
    return read();
  } catch (cause) {
    if (isWorkersAIError(cause)) throw cause;
    throw failure(code, `${field} threw when it was read; cause has its error.`, { field, cause });
  }
}

/** The error of a call before the slim entry has loaded its wasm. */
export const notLoaded = () =>
  failure(
    "CONFIG",
    "Call initSync(module) of workers-ai-wasm/slim first, with the WebAssembly.Module or the bytes of workers-ai-wasm/wasm.",
  );
