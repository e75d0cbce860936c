// `embed`: texts to vectors, or scores of contexts.

import { ask, planned } from "./run-task.js";

export async function embed(client, model, input, options) {
  const { result, floats, raw, meta } = await ask(planned(client, "embed", model, shortOf(input)), options);
  return { ...(result.scores === undefined ? vectorsOf(result, floats) : result), raw, meta };
}

/** A text, or several, are short for `text`. */
export const shortOf = (input) =>
  typeof input === "string" || Array.isArray(input) ? { text: input } : input;

/** The public form of vectors that lie one after the other. */
export function vectorsOf({ count, dimensions, usage }, data) {
  const result = { data, shape: [count, dimensions], rows: rowsOf(data, count, dimensions) };
  if (usage !== undefined) result.usage = usage;
  return result;
}

/** Views, nothing is copied. */
export function rowsOf(data, count, dimensions) {
  const rows = new Array(count);
  for (let row = 0, at = 0; row < count; row++, at += dimensions) {
    rows[row] = data.subarray(at, at + dimensions);
  }
  return rows;
}
