/** Gives classes the names that a caller sees in a log, whatever a bundler has made of them. */
export function named(classes) {
  for (const [name, value] of Object.entries(classes)) Object.defineProperty(value, "name", { value: name });
}
