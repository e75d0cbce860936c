// Errors of kinds that JavaScript alone can see.

import { WorkersAIError } from "../error.js";

/** An error of a code. */
export function failure(code, message, more) {
  const retryable = code === "NETWORK" || code === "TIMEOUT";
  return new WorkersAIError({ code, message, retryable, ...more });
}

/** The refusal of an input or option. */
export const refusal = (field, message, more) => failure("INVALID_INPUT", message, { field, ...more });

/** Throws where an object has an option under a name that is not known: it would be left out without a word. */
export function checkNames(options, known, what, code = "INVALID_INPUT") {
  const field = Object.keys(options).find((name) => !known.includes(name));
  if (field !== undefined)
    throw failure(code, `${field.slice(0, 60)} is no option of ${what}. There are ${known.join(", ")}.`, {
      field,
    });
}

/** The error of whoever uses the slim entry too early. */
export const notLoaded = () =>
  failure(
    "CONFIG",
    "Call initSync(module) of workers-ai-wasm/slim first, with the WebAssembly.Module or the bytes of workers-ai-wasm/wasm.",
  );
