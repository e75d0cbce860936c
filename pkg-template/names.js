/** Sets the names that logs show for classes, which bundlers may change. */
export function named(classes) {
  for (const [name, value] of Object.entries(classes)) Object.defineProperty(value, "name", { value: name });
}

const INSPECTED = ["nodejs.util.inspect.custom", "Deno.customInspect"].map((name) => Symbol.for(name));

/**
 * Shows a value as one line in `console.log` of Node, Bun and Deno.
 *
 * @param {object} target for a class its prototype
 * @param {() => string} line called with the value as `this`
 */
export function shownAs(target, line) {
  for (const symbol of INSPECTED) {
    Object.defineProperty(target, symbol, { value: line, configurable: true, writable: true });
  }
}

/** The same for the wasm, with a constant line. */
export const shown = (target, text) => shownAs(target, () => text);
