/** Is the outcome of a cell what was expected of it? */
import { PROMPT } from "./calls.mjs";
import { TEXT } from "./routes.mjs";
import { RETRYABLE } from "./rows.mjs";

export class Mismatch extends Error {
  name = "Mismatch";
}

const complain = (message) => {
  throw new Mismatch(message);
};

/** Fields that are compared with those that an expectation names. */
const FIELDS = ["code", "status", "internalCode", "retryAfterMs", "attempts"];

/**
 * @param {object} expected `{ text }` for an answer, `{ anything }` for a call that only has to end, else the error's fields
 * @param {{ value?: string, error?: unknown, got: { text: string } }} outcome
 * @param {object} context
 */
export function check(expected, outcome, context) {
  if (expected.either) return checkEither(expected.either, outcome, context);
  const { error, value } = outcome;
  if (expected.text !== undefined) {
    if ("error" in outcome) complain(`it should have answered: ${error?.stack ?? error}`);
    if (value !== expected.text) complain(`${JSON.stringify(value)} is not ${JSON.stringify(expected.text)}`);
    return;
  }
  if (!("error" in outcome))
    complain(`it should have failed with ${expected.code}, and gave ${JSON.stringify(value)}`);
  checkError(error, context);
  for (const field of FIELDS) {
    if (!(field in expected) || Object.is(error[field], expected[field])) continue;
    complain(`${field} is ${error[field]}, not ${expected[field]}: ${error.stack}`);
  }
  for (const id of expected.ids ?? []) if (!/^[\w-]{16,}$/.test(error[id])) complain(`${id} is ${error[id]}`);
  if (expected.message && !expected.message.test(error.message))
    complain(`the message does not say it: ${error.message}`);
  checkCause(error, expected);
  checkPartial(error, expected, outcome.got);
}

/** One of several, where a race decides. */
function checkEither(several, outcome, context) {
  const complaints = [];
  for (const expected of several) {
    try {
      return check(expected, outcome, context);
    } catch (error) {
      complaints.push(error.message);
    }
  }
  return complain(complaints.join("\nand "));
}

/** What holds for every error. */
export function checkError(error, { lib, secrets, inspect }) {
  if (!lib.isWorkersAIError(error) || !(error instanceof lib.WorkersAIError))
    complain(`an error of another kind: ${error?.stack ?? error}`);
  const { code, message } = error;
  if (error.retryable !== RETRYABLE.has(code)) complain(`${code} says retryable: ${error.retryable}`);
  // What happened, and what to do: two sentences. Who has aborted a call knows what to do.
  if (!/^\S.*\.$/s.test(message) || (code !== "ABORTED" && !/[.:;] \S/.test(message)))
    complain(`no advice in ${JSON.stringify(message)}`);
  if (/[<>]|undefined|\[object|NaN/.test(message)) complain(`odd words in ${JSON.stringify(message)}`);
  const shown = [message, error.stack, String(error), JSON.stringify(error), inspect?.(error) ?? ""].join(
    "\n",
  );
  for (const secret of [...secrets, PROMPT.slice(0, 18), PROMPT.slice(-18)]) {
    if (shown.includes(secret)) complain(`${JSON.stringify(secret)} is to be seen in ${shown}`);
  }
}

function checkCause(error, { cause }) {
  if (cause === undefined) return;
  if (cause === true && error.cause === undefined) complain(`there is no cause: ${error.stack}`);
  if (cause === false && "cause" in error) complain(`a cause that is none: ${error.cause}`);
  if (typeof cause === "object" && error.cause !== cause) complain(`another cause: ${error.cause}`);
}

function checkPartial({ partial }, { partial: wanted }, { text }) {
  if (wanted === undefined && partial === undefined && text === "") return;
  if (wanted === null) {
    if (partial !== undefined)
      complain(`a partial answer where nothing was read: ${JSON.stringify(partial)}`);
    return;
  }
  if (typeof partial?.text !== "string") complain("there is no partial answer");
  // What the reader has had is in it, and nothing that was not sent.
  if (!TEXT.startsWith(partial.text)) complain(`the partial answer is ${JSON.stringify(partial.text)}`);
  if (text !== "" && partial.text !== text)
    complain(`the reader had ${JSON.stringify(text)}, the partial answer is ${JSON.stringify(partial.text)}`);
  if (typeof wanted === "string" && partial.text !== wanted)
    complain(`the partial answer is ${JSON.stringify(partial.text)}, not ${JSON.stringify(wanted)}`);
}
