// Errors that are detected in JavaScript.

import { WorkersAIError } from "../error.js";

/** An error with a code. */
export function failure(code, message, more) {
  const retryable = code === "NETWORK" || code === "TIMEOUT";
  return new WorkersAIError({ code, message, retryable, ...more });
}

/** The error of an invalid input or option. */
export const refusal = (field, message, more) => failure("INVALID_INPUT", message, { field, ...more });

/** Throws if an object has an unknown option, which would otherwise be ignored silently. */
export function checkNames(options, known, what, code = "INVALID_INPUT") {
  const field = Object.keys(options).find((name) => !known.includes(name));
  if (field !== undefined)
    throw failure(code, `${field.slice(0, 60)} is no option of ${what}. There are ${known.join(", ")}.`, {
      field,
    });
}

/** The error of a call before the slim entry has loaded its wasm. */
export const notLoaded = () =>
  failure(
    "CONFIG",
    "Call initSync(module) of workers-ai-wasm/slim first, with the WebAssembly.Module or the bytes of workers-ai-wasm/wasm.",
  );
