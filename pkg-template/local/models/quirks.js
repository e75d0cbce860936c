// What families of models do or refuse that no schema has, out of the catalogue.

import { quirks } from "./catalog.js";

const matches = (pattern, id) =>
  pattern.endsWith("*") ? id.startsWith(pattern.slice(0, -1)) : id === pattern;

/** The facts of a model by name, each with its values; of several with one name the first counts. */
export const factsOf = ({ id, output }) =>
  new Map(
    quirks
      .filter(
        ({ models = [], outputs = [] }) =>
          outputs.includes(output) || models.some((pattern) => matches(pattern, id)),
      )
      .map((quirk) => [quirk.fact, quirk])
      .reverse(),
  );
