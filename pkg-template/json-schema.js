/** The validator for JSON Schemas that come without one of their own. It makes no code at run time, which Workers and strict pages forbid. */
import { Validator } from "@cfworker/json-schema";

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
    .map(({ instanceLocation, error }) => ({ path: pathOf(instanceLocation, value), message: error }));
}

function judged(schema, value) {
  try {
    // Without stopping at the first issue.
    return new Validator(schema, draftOf(schema), false).validate(value);
  } catch (error) {
    // It writes names of members as parts of a URI, which halves of a character cannot be.
    if (!(error instanceof URIError)) throw error;
    return { valid: false, errors: [{ ...ROOT, error: "A name in the value is no well-formed text." }] };
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
