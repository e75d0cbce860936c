// An error as a person wants to read it: what happened, what to do, and a number for whoever has to look it up.

import { isWorkersAIError } from "workers-ai-wasm";
import { h } from "./dom.js";

/** Titles for what can go wrong; the error itself says what to do. */
const TITLES = {
  INVALID_INPUT: "The model can't take that",
  CAPACITY: "The model is busy",
  RATE_LIMITED: "Too many questions at once",
  DAILY_QUOTA: "Today's free allocation is used up",
  CONTEXT_EXCEEDED: "That is too long for the model",
  TOO_LARGE: "That is too large",
  FORBIDDEN: "That is not allowed here",
  MODEL_NOT_FOUND: "There is no such model",
  MODEL_DEPRECATED: "That model has been retired",
  CONTENT_BLOCKED: "The answer was blocked",
  TIMEOUT: "The model took too long",
  TRUNCATED: "The answer broke off",
  NETWORK: "The server can't be reached",
};

/** @param {() => void} [again] what "Try again" does, where that may help */
export function problem(error, again) {
  const known = isWorkersAIError(error);
  if (!known) console.error(error);
  const details = known ? [error.code, error.internalCode, error.requestId].filter(Boolean).join(" · ") : "";
  const worthAgain = again && (!known || error.retryable || error.code === "TRUNCATED");
  return h(
    "div",
    { className: "problem", role: "alert" },
    h("strong", {}, (known && TITLES[error.code]) || "That did not work"),
    h("p", {}, known ? error.message : "Something in this page failed. Reload it and try again."),
    details ? h("small", {}, details) : null,
    worthAgain ? h("button", { type: "button", onclick: again }, "Try again") : null,
  );
}
