// Checks the model of a request.

import { models } from "../catalog.js";
import { Refusal } from "./refusal.js";

/** The catalogue's models and their tasks. */
export const TASKS = new Map(models.map(({ id, task }) => [id, task]));

/** The catalogue's task of a model, or undefined. */
export const taskOf = (model) => TASKS.get(model);

export function isOffered(model, { ids, models: allows, tasks }) {
  const task = taskOf(model);
  return (
    ids?.has(model) === true ||
    allows?.(model, task) === true ||
    (task !== undefined && tasks?.has(task) === true)
  );
}

export function checkModel(model, settings) {
  if (!isOffered(model, settings)) throw new Refusal(403, "The proxy does not offer this model.");
}
