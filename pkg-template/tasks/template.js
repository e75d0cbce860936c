// The pattern of a body, filled in with the caller's values. See src/tasks/template.rs.

/**
 * Fills in a pattern. The caller's values are copied before this returns: what the caller does to them later has no effect.
 *
 * @param {unknown} pattern
 * @param {unknown} input the caller's
 * @param {(value: unknown, as: string, type: string | undefined, name: string) => unknown} media turns media into the form that is
 *   wanted; what it gives, or promises, stands in the body
 * @param {number} [each] the item that a step `null` of a path is
 * @returns {Promise<unknown>} the body, once all media is there
 */
export async function filled(pattern, input, media, each) {
  const waiting = [];
  const put = (owner, name, pattern) => {
    const value = fill(pattern);
    owner[name] = value;
    if (value instanceof Promise) {
      waiting.push(
        value.then((made) => {
          owner[name] = made;
        }),
      );
    }
  };
  const fill = (pattern) => {
    if (typeof pattern !== "object" || pattern === null) return pattern;
    if (pattern.$ref !== undefined) return copyOf(at(input, pattern.$ref, each));
    if (pattern.$media !== undefined) {
      const path = pattern.$media;
      return media(at(input, path, each), pattern.as, pattern.type, path.join("."));
    }
    const owner = Array.isArray(pattern) ? [] : {};
    for (const [name, member] of Object.entries(pattern)) put(owner, name, member);
    return owner;
  };
  const root = {};
  put(root, "body", pattern);
  await Promise.all(waiting);
  return root.body;
}

const at = (input, path, each) => path.reduce((value, step) => value[step ?? each], input);

/** A copy of arrays and plain objects, all the way down; anything else is what it is. */
export function copyOf(value) {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value.slice() : value.map(copyOf);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copyOf(member)]));
}
