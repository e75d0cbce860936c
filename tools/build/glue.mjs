/**
 * Adapts wasm-bindgen's glue for the package. It is used as generated, except for the creation of instances:
 * the package's instances are guarded, see pkg-template/wasm.js.
 */

/**
 * The texts that are replaced, since the glue has no hook for it, and the minimum number of their
 * occurrences.
 */
const CHANGES = [
  // In `initSync` and in `__wbg_reset_state`.
  { text: "new WebAssembly.Instance(", by: "instantiate(", times: 2 },
  // A method of an object of a lost instance.
  {
    text: "throw new Error('Invalid stale object from previous Wasm instance');",
    by: "throw lossError();",
    neededFor: "this.__wbg_inst",
  },
  // Objects of a lost instance are gone: their addresses mean something else in the next one. A double free
  // is ignored as well.
  {
    text: "    free() {\n",
    by: `    free() {
        if (this.__wbg_ptr === 0 || (this.__wbg_inst !== undefined && this.__wbg_inst !== __wbg_instance_id)) return;
`,
    neededFor: "this.__wbg_inst",
  },
  // A closure of a lost instance is called by a promise or a timer, where no code catches an exception.
  {
    text: "throw new Error('Cannot invoke closure from previous WASM instance');",
    by: "return;",
    neededFor: "wasm_bindgen__convert__closures",
  },
];

/**
 * @param {string} glue the output of wasm-bindgen for the web, with `--experimental-reset-state-function`
 * @returns {string} the same with an export `instantiateWith`, whose argument is the function `(module,
 *   imports) => { exports }`
 */
export function guardedGlue(glue) {
  let result = withoutRepeats(glue);
  for (const { text, by, times = 1, neededFor } of CHANGES) {
    const found = glue.split(text).length - 1;
    const wanted = neededFor === undefined || glue.includes(neededFor) ? times : 0;
    if (found < wanted) throw new Error(`wasm-bindgen's glue has \`${text}\` ${found} times, not ${wanted}`);
    result = result.replaceAll(text, by);
  }
  return `${result}
let instantiate, lossError;
export function instantiateWith(make, error) {
  instantiate = make;
  lossError = error;
}
`;
}

/** Merges repeated imports of a module: one import statement, one member of the imports. */
function withoutRepeats(glue) {
  const known = new Set();
  return glue
    .split("\n")
    .filter((line) => {
      const found = /^(import) \* as \w+ from ("[^"]+")|^\s+("[^"]+"): import\d+,$/.exec(line);
      if (found === null) return true;
      const key = `${found[1]} ${found[2] ?? found[3]}`;
      return !known.has(key) && known.add(key);
    })
    .join("\n");
}
