// The way to the tasks' wasm: a question by number and its arguments as texts, an answer as text. See src/js/tasks.rs.

import { GuardedModule, WorkersAIError } from "../core.js";
import { __wbg_reset_state, initSync, instantiateWith, tasks } from "../workers_ai_tasks.js";

/** The instance of the tasks' wasm. */
export const wasm = new GuardedModule({ initSync, __wbg_reset_state, instantiateWith });

/** Asks. */
const ask = (question, ...given) => askOf(tasks, question, ...given);

/** Asks an export. */
export const askOf = (exported, question, ...given) => exported(question, joined(given));

/** Asks; a refusal is thrown. */
const told = (...question) => opened(ask(...question));

/** Arguments as they are parted, by NUL: in all but the last one it is taken for the odd character that it is. */
function joined(given) {
  const last = String(given.pop());
  const texts = given.map((text) => String(text).replaceAll("\0", "\ufffd"));
  return [...texts, last].join("\0");
}

/** What an answer says; a refusal is thrown. */
export function opened(text) {
  const reply = JSON.parse(text);
  if (reply.error !== undefined) throw new WorkersAIError(reply.error);
  return reply;
}

/** What to send: `{ form, body, take, output, warning? }`. */
export const planTask = (method, door, model, outline) => told(0, method, door, model, outline);
/** What an answer means: the method's result. */
export const resultOf = (method, door, model, head, outline, answer) =>
  told(1, method, door, model, head, outline, answer);
/** What is sent in the place of an input: `{ form, body }`; the form `plain` is the input itself. */
export const prepareInput = (way, model, outline) => told(2, way, model, outline);
/** What one request for vectors takes: `{ items, tokens, tokensPerText?, dimensions?, mayBeEmpty }`. */
export const embeddingLimits = (model) => told(3, model);
/** The parameters of a connection: `{ query, inputs }`. */
export const parametersOf = (way, model, outline) => told(4, way, model, outline);
/** Where a connection goes: `{ url, headers, protocols }`. */
export const addressOf = (means, model, planned) => told(5, means, model, planned);
/** What to send for a text, for `flush` and for `end`: `{ send? }`. */
export const messageOf = (what, model, text) => told(6, what, model, text);
/** Throws what a message tells of a failure. */
export const checkMessage = (text) => told(6, "check", "", text);
/** Throws what the end of a connection tells of a failure. */
export const checkEnd = (code, reason) => told(7, code, reason);
