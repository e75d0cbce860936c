/**
 * Validates values by JSON Schema, for schemas without a validator of their own. It generates no code at run
 * time, which Workers and strict content security policies forbid.
 */
import { format, Validator } from "@cfworker/json-schema";
import { isRisky, matcherOf } from "./patterns.js";

/** Limit of the issues that are reported for one value. */
const MOST_ISSUES = 100;

/** The newest draft if the schema does not declare one. */
function draftOf({ $schema }) {
  const [, draft] = /draft[-/]0?(4|7|2019-09)\b/.exec(String($schema)) ?? [];
  return draft ?? "2020-12";
}

/**
 * @param {object} schema
 * @param {unknown} value
 * @returns {{ path: (string | number)[], message: string }[]} the violations
 */
export function issuesOf(schema, value) {
  const { valid, errors } = judged(schema, value);
  if (valid) return [];
  return innermost(errors)
    .slice(0, MOST_ISSUES)
    .map(({ instanceLocation, error }) => ({
      path: pathOf(instanceLocation, value),
      message: error.includes(PATTERN) ? "String does not match pattern." : error,
    }));
}

/**
 * A pattern is replaced by a format of this prefix and the pattern's text: a match by the validator itself
 * could not be stopped.
 */
const PATTERN = "\u0000pattern:";
/** Members whose values are data, not schemas. */
const DATA = new Set(["const", "enum", "default", "examples"]);

/** A copy of a schema with its patterns as formats, which are added to `names`. */
function withFormats(schema, names) {
  if (Array.isArray(schema)) return schema.map((inner) => withFormats(inner, names));
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = {};
  for (const [name, value] of Object.entries(schema)) {
    const inner = DATA.has(name) ? value : withFormats(value, names);
    Object.defineProperty(copy, name, { value: inner, writable: true, enumerable: true, configurable: true });
  }
  if (typeof schema.pattern === "string") {
    delete copy.pattern;
    const name = PATTERN + schema.pattern;
    names.set(name, schema.pattern);
    copy.allOf = [...(Array.isArray(copy.allOf) ? copy.allOf : []), { format: name }];
  }
  if (typeof schema.patternProperties === "object" && schema.patternProperties !== null)
    for (const pattern of Object.keys(schema.patternProperties))
      if (isRisky(pattern))
        throw new RangeError(`patternProperties has a repetition in a repetition: ${pattern}`);
  return copy;
}

/**
 * Cache by schema: its validator, and the matchers of its patterns by format name. Schemas are copies that
 * are never mutated (see `Schema` in src/js/objects/schema.rs), so a repeated schema is the same object.
 *
 * @type {WeakMap<object, { validator: Validator, matchers: Map<string, (text: string) => boolean> }>}
 */
const compiled = new WeakMap();

function compiledOf(schema) {
  let known = compiled.get(schema);
  if (known === undefined) {
    const names = new Map();
    const copy = withFormats(schema, names);
    const matchers = new Map([...names].map(([name, pattern]) => [name, matcherOf(pattern)]));
    // Does not stop at the first issue.
    known = { validator: new Validator(copy, draftOf(schema), false), matchers };
    compiled.set(schema, known);
  }
  return known;
}

function judged(schema, value) {
  const { validator, matchers } = compiledOf(schema);
  // The library has one table of formats for all schemas.
  for (const [name, matches] of matchers) format[name] = matches;
  try {
    return validator.validate(value);
  } catch (error) {
    // The library encodes member names as URI components, which throws for lone surrogates.
    if (!(error instanceof URIError)) throw error;
    return { valid: false, errors: [{ ...ROOT, error: "A name in the value is no well-formed text." }] };
  } finally {
    for (const name of matchers.keys()) delete format[name];
  }
}

const ROOT = { instanceLocation: "#", keyword: "", keywordLocation: "#" };

/**
 * Keeps the innermost errors: an error inside of a value implies one of each value around it. Errors of
 * single alternatives are dropped.
 */
function innermost(errors) {
  const alternatives = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const within = (error, outer) =>
    error !== outer && error.keywordLocation.startsWith(`${outer.keywordLocation}/`);
  const outside = errors.filter((error) => !alternatives.some((outer) => within(error, outer)));
  return outside.filter((error, at) => {
    const next = outside[at + 1];
    // The errors inside of a value follow its own directly.
    return next === undefined || !within(next, error);
  });
}

/** Converts a JSON pointer in a URI fragment to names and indexes. */
function pathOf(pointer, value) {
  let inner = value;
  return pointer
    .split("/")
    .slice(1)
    .map((part) => {
      const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      const step = Array.isArray(inner) ? Number(name) : name;
      inner = inner?.[step];
      return step;
    });
}
