// The catalogue's shapes as the JSON Schemas that the service publishes.

import { shapes } from "./catalog.js";

const CONSTRAINTS = "minimum maximum minLength maxLength minItems maxItems minProperties maxProperties".split(
  " ",
);
/** Ways in which media go over the wire, as schemas. */
const MEDIA = {
  numbers: { type: "array", items: { type: "number" } },
  base64: { type: "string" },
  "data-url": { type: "string" },
  stream: {
    type: "object",
    properties: { body: { type: "object" }, contentType: { type: "string" } },
    required: ["body", "contentType"],
  },
  body: { type: "string", format: "binary" },
};

function typeOf({ kind, wire = [], nullable }) {
  if (kind === "media") {
    const forms = wire.map((form) => MEDIA[form] ?? { type: "string", format: "binary" });
    return forms.length === 1 ? forms[0] : { anyOf: forms };
  }
  const kinds = [kind, ...(nullable ? ["null"] : [])].flat();
  return { type: kinds.length === 1 ? kinds[0] : kinds };
}

function propertySchema(property) {
  const schema = { ...typeOf(property) };
  if (property.doc) schema.description = property.doc;
  if (property.default !== undefined) schema.default = property.default;
  if (property.enum) schema.enum = property.enum;
  for (const name of CONSTRAINTS) if (property[name] !== undefined) schema[name] = property[name];
  return schema;
}

function variantSchema({ name, use = [], properties }) {
  const all = Object.assign({}, ...use.map((group) => shapes.groups[group]), properties);
  const [[only, property]] = Object.entries(all);
  // The whole body, or each item of an array.
  if (only === "$body") return { type: "string", format: "binary" };
  if (only === "[]") return { type: "array", items: propertySchema(property) };
  const required = Object.keys(all).filter((key) => all[key].required);
  return {
    title: name,
    type: "object",
    properties: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, propertySchema(value)])),
    ...(required.length > 0 ? { required } : {}),
  };
}

const anyOf = (schemas) => (schemas.length === 1 ? schemas[0] : { oneOf: schemas });

function outputSchema({ media = [], variants = [] }, streams) {
  const schemas = [
    ...variants.map((variant) => ({ ...variantSchema(variant), contentType: "application/json" })),
    ...media.map((contentType) => ({ type: "string", format: "binary", contentType })),
    ...(streams ? [{ type: "string", format: "binary", contentType: "text/event-stream" }] : []),
  ];
  return anyOf(schemas);
}

/** `{ input, output }` of a model; one that the caller added has schemas that take anything. */
export function schemasOf({ entry }) {
  if (!entry) return { input: { type: "object" }, output: { type: "object" } };
  return {
    input: anyOf(shapes.inputs[entry.input].variants.map(variantSchema)),
    output: outputSchema(shapes.outputs[entry.output], entry.streams),
  };
}
