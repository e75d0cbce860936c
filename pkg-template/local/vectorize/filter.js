// Vectorize's filters on metadata: `{ "a.b": value }`, or operators in the value's place; all must hold.

import { bytesOf } from "./bytes.js";

/** Bytes of JSON; it must have fewer. */
const LARGEST = 2048;
/** Characters of a property's name. */
const LONGEST_NAME = 512;
const OPERATORS = {
  $eq: (value, expected) => value === expected,
  $ne: (value, expected) => value !== expected,
  $in: (value, expected) => expected.includes(value),
  $nin: (value, expected) => !expected.includes(value),
  $lt: (value, expected) => comparable(value, expected) && value < expected,
  $lte: (value, expected) => comparable(value, expected) && value <= expected,
  $gt: (value, expected) => comparable(value, expected) && value > expected,
  $gte: (value, expected) => comparable(value, expected) && value >= expected,
};

const comparable = (one, other) => typeof one === typeof other && ["number", "string"].includes(typeof one);
const refused = (text) => new Error(`VECTOR_QUERY_ERROR: invalid filter: ${text}`);

/** @returns {(metadata: Record<string, unknown>) => boolean} */
export function compiled(filter) {
  if (filter === undefined || filter === null) return () => true;
  if (typeof filter !== "object" || Array.isArray(filter)) throw refused("it must be an object");
  const members = Object.entries(filter);
  if (members.length === 0) throw refused("it must not be empty");
  if (bytesOf(jsonOf(filter)) >= LARGEST) throw refused(`it must have fewer than ${LARGEST} bytes of JSON`);
  const tests = members.flatMap(([path, expected]) => testsOf(path, expected));
  return (metadata) => tests.every((test) => test(metadata));
}

function jsonOf(filter) {
  try {
    return JSON.stringify(filter);
  } catch {
    throw refused("it has no form in JSON (a cycle, or a BigInt?)");
  }
}

function testsOf(path, expected) {
  if (path === "" || path.startsWith("$") || path.includes('"'))
    throw refused(`"${path}" is no name of a property`);
  if (path.length > LONGEST_NAME) throw refused(`a property's name has at most ${LONGEST_NAME} characters`);
  const isOperators = expected !== null && typeof expected === "object" && !Array.isArray(expected);
  const operators = isOperators ? Object.entries(expected) : [["$eq", expected]];
  if (operators.length === 0) throw refused(`"${path}" has no operator`);
  return operators.map(([name, operand]) => {
    if (!Object.hasOwn(OPERATORS, name)) throw refused(`"${name}" is no operator`);
    if ((name === "$in" || name === "$nin") !== Array.isArray(operand))
      throw refused(`${name} takes ${name.endsWith("in") ? "an array" : "a value"}`);
    return (metadata) => OPERATORS[name](at(metadata, path), operand);
  });
}

/** A property by its path; keys with dots of their own come first. */
function at(metadata, path) {
  if (Object.hasOwn(metadata, path)) return metadata[path];
  return path
    .split(".")
    .reduce((value, key) => (value !== null && typeof value === "object" ? value[key] : undefined), metadata);
}
