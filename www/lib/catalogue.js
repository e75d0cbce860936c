// What the pages know of the models: who has a task, and which fields a model takes.

import { models } from "workers-ai-wasm/catalog";

const shapes = await (await fetch("/catalog/shapes.json")).json();

/** The models for any of some methods, the current ones first. Where only retired ones are left, those. */
export function modelsFor(methods, only = () => true) {
  const able = models.filter(
    (model) =>
      methods.some((method) => model.methods.includes(method)) && model.status !== "gated" && only(model),
  );
  const current = able.filter(({ deprecated }) => !deprecated);
  return current.length > 0 ? current : able;
}

/** `@cf/meta/llama-3.1-8b` as a list shows it: `llama-3.1-8b`. */
export const shortName = ({ id, deprecated }) => `${id.split("/").at(-1)}${deprecated ? " (retired)" : ""}`;

/** The author in a model's id. */
export const authorOf = ({ id }) => id.split("/").at(-2);

/** The inputs of a model by name, of all forms that it takes together: `{ kind, doc, enum, default, minimum, … }`. */
export function inputsOf(model) {
  const { variants } = shapes.inputs[model.input];
  const inputs = {};
  for (const { name, use = [], properties } of variants) {
    if (name === "batch") continue;
    for (const [field, rule] of Object.entries(
      Object.assign({}, ...use.map((group) => shapes.groups[group]), properties),
    )) {
      inputs[field] ??= rule;
    }
  }
  return inputs;
}
