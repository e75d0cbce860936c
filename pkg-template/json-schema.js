/** The validator for JSON Schemas that come without one of their own. It makes no code at run time, which Workers and strict pages forbid. */
import { format, Validator } from "@cfworker/json-schema";
import { isRisky, matcherOf } from "./patterns.js";

/** A value can be wrong in as many places as it has; nobody reads more. */
const MOST_ISSUES = 100;

/** The newest where the schema does not say. */
function draftOf({ $schema }) {
  const [, draft] = /draft[-/]0?(4|7|2019-09)\b/.exec(String($schema)) ?? [];
  return draft ?? "2020-12";
}

/**
 * @param {object} schema
 * @param {unknown} value
 * @returns {{ path: (string | number)[], message: string }[]} what is wrong with it
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

/** A pattern stands in the schema as a format of this name and its own text: what the validator matches by itself, nothing could stop. */
const PATTERN = "\u0000pattern:";
/** Members whose values are data, and no schemas. */
const DATA = new Set(["const", "enum", "default", "examples"]);

/** A copy of a schema with its patterns as formats; `names` gets them. */
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
 * By schema: its validator, and the matchers of its patterns by the names of their formats. Schemas come as copies that nobody changes (see `Schema` in
 * src/js/objects/schema.rs), so that one that comes again is the same.
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
    // Without stopping at the first issue.
    known = { validator: new Validator(copy, draftOf(schema), false), matchers };
    compiled.set(schema, known);
  }
  return known;
}

function judged(schema, value) {
  const { validator, matchers } = compiledOf(schema);
  // The library knows formats by one table for all schemas.
  for (const [name, matches] of matchers) format[name] = matches;
  try {
    return validator.validate(value);
  } catch (error) {
    // It writes names of members as parts of a URI, which halves of a character cannot be.
    if (!(error instanceof URIError)) throw error;
    return { valid: false, errors: [{ ...ROOT, error: "A name in the value is no well-formed text." }] };
  } finally {
    for (const name of matchers.keys()) delete format[name];
  }
}

const ROOT = { instanceLocation: "#", keyword: "", keywordLocation: "#" };

/** Whatever is wrong inside of a value is wrong with all values around it: those say nothing. Of alternatives none counts by itself. */
function innermost(errors) {
  const alternatives = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const within = (error, outer) =>
    error !== outer && error.keywordLocation.startsWith(`${outer.keywordLocation}/`);
  const outside = errors.filter((error) => !alternatives.some((outer) => within(error, outer)));
  return outside.filter((error, at) => {
    const next = outside[at + 1];
    // The errors inside of one follow it at once.
    return next === undefined || !within(next, error);
  });
}

/** A JSON pointer in a fragment, as names and places. */
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
