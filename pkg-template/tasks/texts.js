// Tasks with a text in and a few values out.

import { runTask } from "./run-task.js";

/** A text alone is short for the main field. */
const short = (input, field) => (typeof input === "string" ? { [field]: input } : input);

export const classifyText = (client, model, input, options) =>
  runTask(client, "classifyText", model, short(input, "text"), options);

export const summarize = (client, model, input, options) =>
  runTask(client, "summarize", model, short(input, "input_text"), options);

export const decide = (client, model, input, options) => runTask(client, "decide", model, input, options);
