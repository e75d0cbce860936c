// The pattern of a body, filled in with the caller's values. See src/tasks/template.rs.

/**
 * @param {unknown} pattern
 * @param {unknown} input the caller's
 * @param {(value: unknown, as: string, type: string | undefined, name: string) => unknown} media turns media into the form that is
 *   wanted; what it gives stands in the body
 */
export function filled(pattern, input, media) {
  if (typeof pattern !== "object" || pattern === null) return pattern;
  if (Array.isArray(pattern)) return pattern.map((item) => filled(item, input, media));
  if (pattern.$ref !== undefined) return copyOf(at(input, pattern.$ref));
  if (pattern.$media !== undefined) {
    const path = pattern.$media;
    return media(at(input, path), pattern.as, pattern.type, path.join("."));
  }
  return Object.fromEntries(
    Object.entries(pattern).map(([name, member]) => [name, filled(member, input, media)]),
  );
}

const at = (input, path) => path.reduce((value, step) => value[step], input);

/** What the caller does to its lists and objects later has no effect. */
function copyOf(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === "object" ? value.map(copyOf) : value.slice();
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
