// The smallest value that a JSON Schema describes: what the stand-in answers in JSON mode and as tool arguments.

const DEEPEST = 32;

/** An example of the schema; the same schema always gives the same one. */
export const exampleOf = (schema) => build(schema, schema, 0);

function build(schema, root, depth) {
  if (schema === null || typeof schema !== "object" || depth > DEEPEST) return null;
  const resolved = typeof schema.$ref === "string" ? lookUp(schema.$ref, root) : schema;
  if (resolved !== schema) return build(resolved, root, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.examples) && schema.examples.length > 0) return schema.examples[0];
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return schema.enum[0];
  const [branch] = schema.anyOf ?? schema.oneOf ?? [];
  if (branch) return build(branch, root, depth + 1);
  if (Array.isArray(schema.allOf))
    return Object.assign({}, ...schema.allOf.map((part) => build(part, root, depth + 1)));

  switch (Array.isArray(schema.type) ? schema.type[0] : (schema.type ?? "object")) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => !schema.required || schema.required.includes(name))
          .map(([name, property]) => [name, build(property, root, depth + 1)]),
      );
    case "array":
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () =>
        build(schema.items ?? { type: "string" }, root, depth + 1),
      );
    case "string":
      return "example".padEnd(schema.minLength ?? 0, "e").slice(0, schema.maxLength ?? Infinity);
    case "integer":
      return Math.ceil(lowest(schema, 1));
    case "number":
      return lowest(schema, 0.5);
    case "boolean":
      return true;
    default:
      return null;
  }
}

function lowest({ minimum, exclusiveMinimum, maximum, exclusiveMaximum }, step) {
  if (minimum !== undefined) return minimum;
  if (typeof exclusiveMinimum === "number") return exclusiveMinimum + step;
  if (maximum !== undefined) return Math.min(step, maximum);
  if (typeof exclusiveMaximum === "number") return Math.min(step, exclusiveMaximum - step);
  return step;
}

/** Local references only, such as `#/$defs/City`. */
function lookUp(reference, root) {
  if (!reference.startsWith("#")) return null;
  const steps = reference
    .slice(1)
    .split("/")
    .filter(Boolean)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return steps.reduce((value, step) => value?.[step], root) ?? null;
}
