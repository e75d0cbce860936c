// Validates the fields of an input by the catalogue's shapes, with the error messages of the service.
// Unknown fields are accepted, as by the service.

import { badInput } from "../errors.js";
import { shapes } from "../models/catalog.js";
import { BOUNDS } from "./bounds.js";

const KINDS = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number" && !Number.isNaN(value),
  integer: Number.isInteger,
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/**
 * Merges the fields of all variants of a shape: a value is accepted if one variant accepts it, and required
 * if all variants require it.
 */
function merged(variants) {
  const fields = {};
  for (const { use = [], properties } of variants)
    for (const [name, field] of Object.entries(
      Object.assign({}, ...use.map((group) => shapes.groups[group]), properties),
    )) {
      const known = fields[name];
      fields[name] = known
        ? { ...known, enum: known.enum && field.enum && [...new Set([...known.enum, ...field.enum])] }
        : { ...field };
      fields[name].count = (known?.count ?? 0) + (field.required ? 1 : 0);
    }
  for (const field of Object.values(fields)) field.required = field.count === variants.length;
  return fields;
}

const known = new Map();

/** The fields of a family's inputs, by the name of its shape; a queued batch is no variant of them. */
export function fieldsOf(family) {
  if (!known.has(family)) {
    const variants = shapes.inputs[family]?.variants.filter(
      ({ name }) => name !== "batch" && name !== "body",
    );
    const fields = merged(variants ?? []);
    for (const [name, bound] of Object.entries(BOUNDS[family] ?? {}))
      if (fields[name]) Object.assign(fields[name], bound);
    known.set(family, fields);
  }
  return known.get(family);
}

/** The fields of chat completions, which `/v1` accepts for every model. */
export const CHAT_FIELDS = {
  messages: { kind: "array", required: true, minItems: 1 },
  ...shapes.groups.chat,
};

/**
 * Validates an input and adds the defaults. Media are only checked for presence; they are read elsewhere.
 *
 * @param {Record<string, unknown>} inputs
 * @param {{ id: string, family?: string }} model
 * @param {Record<string, object>} [fields] instead of the family's
 */
export function readFields(inputs, model, fields = fieldsOf(model.family)) {
  const missing = Object.keys(fields).filter(
    (name) => fields[name].required && fields[name].kind !== "media" && inputs[name] === undefined,
  );
  if (missing.length > 0) throw badInput(model, `required properties at '/' are '${missing.join(",")}'`);
  const read = {};
  for (const [name, field] of Object.entries(fields)) {
    if (field.kind === "media") continue;
    const value = inputs[name] === null && field.nullable ? undefined : inputs[name];
    if (value !== undefined) check(value, `/${name}`, field, model);
    read[name] = value ?? field.default;
  }
  return read;
}

function check(value, path, field, model) {
  const kinds = [field.kind].flat();
  if (!kinds.some((kind) => KINDS[kind](value)))
    throw badInput(model, `Type mismatch of '${path}', '${kinds.join("', '")}' not in the given type`);
  if (typeof value === "number") return checkNumber(value, path, field, model);
  if (field.enum && !field.enum.includes(value))
    throw badInput(model, `'${path}' must be one of ${field.enum.join(", ")}`);
  if (typeof value === "string")
    return between(value.length, `Length of '${path}'`, field.minLength, field.maxLength, model);
  if (Array.isArray(value)) {
    between(value.length, `Length of '${path}'`, field.minItems, field.maxItems, model);
    // One text or several, with the same rules for each.
    if (kinds.includes("string"))
      for (const [index, item] of value.entries())
        check(item, `${path}/${index}`, { ...field, kind: "string" }, model);
  } else if (typeof value === "object")
    between(
      Object.keys(value).length,
      `'${path}' properties`,
      field.minProperties,
      field.maxProperties,
      model,
    );
}

function checkNumber(value, path, field, model) {
  between(value, `'${path}'`, field.minimum, field.maximum, model);
}

function between(value, what, least = -Infinity, most = Infinity, model) {
  if (value < least) throw badInput(model, `${what} must be >= ${least}`);
  if (value > most) throw badInput(model, `${what} must be <= ${most}`);
}

/** `[{ text }]`, as the texts. */
export function readContexts(contexts, model) {
  return contexts.map((item, index) => {
    if (item?.text === undefined)
      throw badInput(model, `required properties at '/contexts/${index}' are 'text'`);
    check(item.text, `/contexts/${index}/text`, { kind: "string", minLength: 1 }, model);
    return item.text;
  });
}
