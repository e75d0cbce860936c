// The service's schema check: each field of an input has a rule, and what breaks it is refused in the words of the service.

import { badInput } from "../errors.js";

/**
 * Reads the fields of an input by their rules. A rule takes the value, its path and the model, and gives the value or throws.
 * Unknown fields pass, as they do at the service.
 *
 * @param {Record<string, unknown>} inputs
 * @param {{ id: string, dialect?: string }} model
 * @param {Record<string, { check: Function, required?: boolean, default?: unknown }>} rules
 */
export function readFields(inputs, model, rules) {
  const missing = Object.keys(rules).filter((name) => rules[name].required && inputs[name] === undefined);
  if (missing.length > 0) throw badInput(model, `required properties at '/' are '${missing.join(",")}'`);
  const read = {};
  for (const [name, rule] of Object.entries(rules)) {
    const value = inputs[name];
    read[name] = value === undefined ? rule.default : rule.check(value, `/${name}`, model);
  }
  return read;
}

const wrongType = (model, path, type) =>
  badInput(model, `Type mismatch of '${path}', '${type}' not in the given type`);

/** A rule that must be met. */
export const required = (rule) => ({ ...rule, required: true });

/** A rule with the value of an absent field. */
export const byDefault = (rule, value) => ({ ...rule, default: value });

export const text = ({ min = 0, max = Infinity } = {}) => ({
  check(value, path, model) {
    if (typeof value !== "string") throw wrongType(model, path, "string");
    if (value.length < min) throw badInput(model, `Length of '${path}' must be >= ${min}`);
    if (value.length > max) throw badInput(model, `Length of '${path}' must be <= ${max}`);
    return value;
  },
});

export const number = ({ min = -Infinity, max = Infinity, type = "number" } = {}) => ({
  check(value, path, model) {
    if (typeof value !== "number" || Number.isNaN(value) || (type === "integer" && !Number.isInteger(value)))
      throw wrongType(model, path, type);
    if (value < min) throw badInput(model, `'${path}' must be >= ${min}`);
    if (value > max) throw badInput(model, `'${path}' must be <= ${max}`);
    return value;
  },
});

export const integer = (range = {}) => number({ ...range, type: "integer" });

export const flag = {
  check(value, path, model) {
    if (typeof value !== "boolean") throw wrongType(model, path, "boolean");
    return value;
  },
};

export const oneOf = (...values) => ({
  check(value, path, model) {
    if (!values.includes(value)) throw badInput(model, `'${path}' must be one of ${values.join(", ")}`);
    return value;
  },
});

/** One text or several, as an array. */
export const texts = ({ min = 0, most = Infinity } = {}) => ({
  check(value, path, model) {
    const all = [value].flat();
    if (all.length === 0) throw badInput(model, `Length of '${path}' must be >= 1`);
    if (all.length > most) throw badInput(model, `Length of '${path}' must be <= ${most}`);
    const { check } = text({ min });
    return all.map((item, index) => check(item, Array.isArray(value) ? `${path}/${index}` : path, model));
  },
});

/** `[{ text }]`, as the texts. */
export const contexts = {
  check(value, path, model) {
    if (!Array.isArray(value)) throw wrongType(model, path, "array");
    const { check } = text({ min: 1 });
    return value.map((item, index) => {
      if (item?.text === undefined)
        throw badInput(model, `required properties at '${path}/${index}' are 'text'`);
      return check(item.text, `${path}/${index}/text`, model);
    });
  },
};

/** Anything: what the model makes of it is said elsewhere. */
export const anything = { check: (value) => value };
