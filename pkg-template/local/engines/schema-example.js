// Creates the smallest value that matches a JSON Schema: the stand-in's answer in JSON mode and for tool
// arguments. Schemas that require more than a model's answer could contain are rejected.

import { ServiceError } from "../errors.js";

const DEEPEST = 32;
const MOST_VALUES = 10_000;
const MOST_CHARACTERS = 100_000;

/** An example value. The same schema always has the same example. */
export function exampleOf(schema) {
  let values = 0;
  let characters = 0;

  function build(part, depth) {
    if (part === null || typeof part !== "object" || depth > DEEPEST) return null;
    values += 1;
    if (values > MOST_VALUES) throw new ServiceError(5024);
    if (typeof part.$ref === "string") return build(lookUp(part.$ref, schema), depth + 1);
    if (part.const !== undefined) return part.const;
    if (part.default !== undefined) return part.default;
    if (Array.isArray(part.examples) && part.examples.length > 0) return part.examples[0];
    if (Array.isArray(part.enum) && part.enum.length > 0) return part.enum[0];
    const branches = part.anyOf ?? part.oneOf;
    if (Array.isArray(branches) && branches.length > 0) return build(branches[0], depth + 1);
    if (Array.isArray(part.allOf)) return merged(part.allOf, depth);
    switch (Array.isArray(part.type) ? part.type[0] : (part.type ?? "object")) {
      case "object":
        return Object.fromEntries(
          Object.entries(isObject(part.properties) ? part.properties : {})
            .filter(([name]) => !Array.isArray(part.required) || part.required.includes(name))
            .map(([name, property]) => [name, build(property, depth + 1)]),
        );
      case "array":
        return items(part, depth);
      case "string":
        return text(part);
      case "integer":
        return Math.ceil(lowest(part, 1));
      case "number":
        return lowest(part, 0.5);
      case "boolean":
        return true;
      default:
        return null;
    }
  }

  function merged(parts, depth) {
    const whole = {};
    for (const part of parts) Object.assign(whole, build(part, depth + 1));
    return whole;
  }

  function items({ minItems, items = { type: "string" } }, depth) {
    const count = Math.max(1, sizeOf(minItems) ?? 1);
    if (count > MOST_VALUES) throw new ServiceError(5024);
    return Array.from({ length: count }, () => build(items, depth + 1));
  }

  function text({ minLength, maxLength }) {
    const least = sizeOf(minLength) ?? 0;
    characters += Math.max(least, 7);
    if (characters > MOST_CHARACTERS) throw new ServiceError(5024);
    return "example".padEnd(least, "e").slice(0, sizeOf(maxLength) ?? Infinity);
  }

  return build(schema, 0);
}

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const sizeOf = (value) => (typeof value === "number" && value >= 0 ? Math.ceil(value) : undefined);
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

function lowest({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }, step) {
  if (isNumber(minimum)) return minimum;
  if (isNumber(exclusiveMinimum)) return exclusiveMinimum + step;
  if (isNumber(maximum)) return Math.min(step, maximum);
  if (isNumber(exclusiveMaximum)) return Math.min(step, exclusiveMaximum - step);
  return step;
}

/** Local references only, such as `#/$defs/City`. */
function lookUp(reference, root) {
  if (!reference.startsWith("#")) return null;
  let value = root;
  for (const step of reference.slice(1).split("/", DEEPEST).filter(Boolean))
    value =
      value !== null && typeof value === "object"
        ? value[step.replaceAll("~1", "/").replaceAll("~0", "~")]
        : null;
  return value ?? null;
}
