// The way to the core: JSON text in, JSON text out. See src/js/core.rs.

import { WorkersAIError } from "../error.js";

let glue = null;

/** Connects the client to wasm-bindgen's module, once its wasm is loaded. */
export function connect(module) {
  glue = module;
}

/** The core's functions; throws where the wasm has not been loaded. */
export function core() {
  if (glue === null) {
    throw new WorkersAIError({
      code: "CONFIG",
      message:
        "workers-ai-wasm/slim has no wasm inside: call initSync(module) first, with a WebAssembly.Module or the bytes of workers-ai-wasm/wasm.",
      retryable: false,
    });
  }
  return glue;
}

/** Reads what the core answers; a refusal is thrown. */
export function told(text) {
  const answer = JSON.parse(text);
  if (answer.error !== undefined) throw new WorkersAIError(answer.error);
  return answer;
}

/** An error of a kind that JavaScript alone can see. */
export function failure(code, message, more) {
  const retryable = code === "NETWORK" || code === "TIMEOUT";
  return new WorkersAIError({ code, message, retryable, ...more });
}

/** The refusal of an input or option. */
export const refusal = (field, message) => failure("INVALID_INPUT", message, { field });
