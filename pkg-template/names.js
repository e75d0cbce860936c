/** Gives classes the names that a caller sees in a log, whatever a bundler has made of them. */
export function named(classes) {
  for (const [name, value] of Object.entries(classes)) Object.defineProperty(value, "name", { value: name });
}

const INSPECTED = ["nodejs.util.inspect.custom", "Deno.customInspect"].map((name) => Symbol.for(name));

/**
 * Has a value shown as one line where the runtime asks for it: by `console.log` in Node, Bun and Deno.
 *
 * @param {object} target of a class its prototype
 * @param {() => string} line with the value as `this`
 */
export function shownAs(target, line) {
  for (const symbol of INSPECTED) {
    Object.defineProperty(target, symbol, { value: line, configurable: true, writable: true });
  }
}

/** The same for the wasm: a line that is known. */
export const shown = (target, text) => shownAs(target, () => text);
