/** Assertions for the suites: few, strict, and with both values in the message. */

export class AssertionError extends Error {
  name = "AssertionError";
}

/** @param {unknown} value @param {string} message */
export function ok(value, message = "expected a true value") {
  if (!value) throw new AssertionError(message);
}

/** Same value, as `Object.is` sees it. */
export function equal(actual, expected, message = "") {
  if (!Object.is(actual, expected)) throw mismatch(actual, expected, message);
}

/** Same structure: own enumerable properties, arrays, typed arrays, Maps' and Sets' contents do not occur here. */
export function deepEqual(actual, expected, message = "") {
  if (!same(actual, expected)) throw mismatch(actual, expected, message);
}

/** @param {string} text @param {RegExp} pattern */
export function match(text, pattern, message = "") {
  if (!pattern.test(text))
    throw new AssertionError(`${message}${message && ": "}${show(text)} does not match ${pattern}`);
}

/** @param {string} text @param {RegExp} pattern */
export function doesNotMatch(text, pattern, message = "") {
  if (pattern.test(text))
    throw new AssertionError(`${message}${message && ": "}${show(text)} matches ${pattern}`);
}

/**
 * @param {() => unknown} action
 * @param {object} [fields] what the error must carry; a RegExp tests a text
 * @returns {unknown} the error
 */
export function throws(action, fields = {}) {
  let value;
  try {
    value = action();
  } catch (error) {
    return checkFields(error, fields);
  }
  throw new AssertionError(`expected an error, got ${show(value)}`);
}

/**
 * @param {Promise<unknown> | (() => Promise<unknown>)} action
 * @param {object} [fields] what the error must carry; a RegExp tests a text
 * @returns {Promise<unknown>} the error
 */
export async function rejects(action, fields = {}) {
  let value;
  try {
    value = await (typeof action === "function" ? action() : action);
  } catch (error) {
    return checkFields(error, fields);
  }
  throw new AssertionError(`expected a rejection, got ${show(value)}`);
}

function checkFields(error, fields) {
  for (const [key, expected] of Object.entries(fields)) {
    const actual = error?.[key];
    const fits = expected instanceof RegExp ? expected.test(String(actual)) : same(actual, expected);
    if (!fits) {
      const wanted = expected instanceof RegExp ? String(expected) : show(expected);
      throw new AssertionError(
        `error.${key} is ${show(actual)}, not ${wanted}; the error: ${error?.stack ?? show(error)}`,
      );
    }
  }
  return error;
}

function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b) || ArrayBuffer.isView(a) !== ArrayBuffer.isView(b)) return false;
  if (ArrayBuffer.isView(a) && a.constructor.name !== b.constructor.name) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

function mismatch(actual, expected, message) {
  return new AssertionError(`${message}${message && ": "}${show(actual)} is not ${show(expected)}`);
}

function show(value) {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} [${Array.from(value).join(", ")}]`;
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    return String(value);
  return JSON.stringify(value, (_key, item) => (item === undefined ? "(undefined)" : item)) ?? String(value);
}
