// Warnings that are said once.

/** Models that have been warned of. */
const warned = new Set();

/** Says once that a model is past its end. */
export function warn(model, warning) {
  if (warning === undefined || warned.has(model)) return;
  warned.add(model);
  console.warn(`workers-ai-wasm: ${warning}`);
}
