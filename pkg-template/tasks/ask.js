// The way to the tasks' wasm: a question by number and its arguments as texts, an answer as text. See src/js/tasks.rs.

import { WorkersAIError } from "../core.js";

let answer = null;
/** The exports of the wasm, for the kernels. */
export let wasm = null;

/** Connects the tasks to their wasm. */
export function connect(tasks, exports) {
  answer = tasks;
  wasm = exports;
}

/** Asks. Arguments are parted by NUL: in all but the last one it is taken for the odd character that it is. */
function ask(question, ...given) {
  const last = String(given.pop());
  const texts = given.map((text) => String(text).replaceAll("\0", "\ufffd"));
  return answer(question, [...texts, last].join("\0"));
}

/** Asks; a refusal is thrown. */
function told(...question) {
  const reply = JSON.parse(ask(...question));
  if (reply.error !== undefined) throw new WorkersAIError(reply.error);
  return reply;
}

/** What to send: `{ form, body, take, output, warning? }`. */
export const planTask = (method, door, model, outline) => told(0, method, door, model, outline);
/** What `run` is to send: `{ form, body }`. */
export const planRun = (way, model, outline) => told(2, way, model, outline);
/** What an answer means: the method's result. */
export const resultOf = (method, door, model, head, outline, answer) =>
  told(1, method, door, model, head, outline, answer);
