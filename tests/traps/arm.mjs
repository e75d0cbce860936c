/** The switches of doctored modules (doctored.mjs). Imported before anything instantiates one. */

/** An export that only this module has. */
const MARKS = {
  core: "engine_open",
  tasks: "encodeBase64",
  objects: "generateObject",
  openai: "exchange_plan",
  vectors: "vectorindex_new",
};

/** How an export is called that runs futures and callbacks. */
const POLL = "wasm_bindgen__convert__closures";

const instances = [];
const Instance = WebAssembly.Instance;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    instances.push(this);
  }
};

/** The exports of a module's newest instance. */
export const newest = (module) => instances.findLast(({ exports }) => MARKS[module] in exports)?.exports;

/** When an export traps. */
export const WHEN = { before: 1, behind: 2 };

/**
 * Makes the next call of an export trap.
 *
 * @param {"core" | "tasks" | "objects" | "openai" | "vectors"} module
 * @param {string} name the export; "poll" for the next future that is polled, or callback that is called
 * @param {number} [when] one of WHEN
 */
export function arm(module, name, when = WHEN.before) {
  const exports = newest(module);
  const names = Object.keys(exports).filter((own) =>
    name === "poll" ? own.startsWith(`arm ${POLL}`) : own === `arm ${name}`,
  );
  if (names.length === 0) throw new Error(`no export ${name} of the ${module}`);
  for (const own of names) exports[own].value = when;
}
