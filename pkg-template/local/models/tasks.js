// The service's tasks: their names and ids in the catalogue, and the short names that the local service has
// for them.

import { catalog } from "./catalog.js";

const keyOf = (name) => name.replace("Automatic ", "").toLowerCase().replaceAll(" ", "-");
const { tasks } = catalog;

/** `{ id, name, description }` of every task by its short name, as the catalogue lists them. */
export const TASKS = Object.fromEntries(
  Object.entries(tasks).map(([name, { id, description }]) => [keyOf(name), { id, name, description }]),
);

/** The short name of a task by its name in the catalogue. */
export const TASK_KEYS = Object.fromEntries(Object.keys(tasks).map((name) => [name, keyOf(name)]));
