// The package's own modules with a switch at every export, which makes it trap: a bug of the package, at a chosen call.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import binaryen from "binaryen";

const require = createRequire(import.meta.url);

const instances = [];
const Instance = WebAssembly.Instance;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    instances.push(this);
  }
};

/**
 * @param {string} name what `workers-ai-wasm/<name>` is
 * @returns {Uint8Array} a module that exports a switch `arm <export>` for each function: 1 traps before its work, 2 behind it
 */
export function doctored(name) {
  const module = binaryen.readBinary(readFileSync(require.resolve(`workers-ai-wasm/${name}`)));
  // Runtimes do not read its compact form of imports yet.
  module.setFeatures(binaryen.Features.All & ~binaryen.Features.CompactImports);
  const exported = [];
  for (let index = 0; index < module.getNumExports(); index++) {
    exported.push(binaryen.getExportInfo(module.getExportByIndex(index)));
  }
  for (const { kind, name: called, value } of exported) {
    if (kind !== binaryen.ExternalFunction || called.startsWith("__")) continue;
    const { params, results } = binaryen.getFunctionInfo(module.getFunction(value));
    const arm = `arm ${called}`;
    const trapAt = (when) =>
      module.if(
        module.i32.eq(module.global.get(arm, binaryen.i32), module.i32.const(when)),
        module.unreachable(),
      );
    module.addGlobal(arm, binaryen.i32, true, module.i32.const(0));
    module.addGlobalExport(arm, arm);
    const given = binaryen.expandType(params).map((type, index) => module.local.get(index, type));
    const work = module.call(value, given, results);
    const own = `doctored ${called}`;
    if (results === binaryen.none) {
      module.addFunction(own, params, results, [], module.block(null, [trapAt(1), work, trapAt(2)]));
    } else {
      const place = given.length;
      const keep = module.local.set(place, work);
      const give = module.local.get(place, results);
      const body = module.block(null, [trapAt(1), keep, trapAt(2), give], results);
      module.addFunction(own, params, results, [results], body);
    }
    module.removeExport(called);
    module.addFunctionExport(own, called);
  }
  if (!module.validate()) throw new Error("the doctored module is not valid");
  return module.emitBinary();
}

/** The newest instance that has an export. */
export const newest = (name) => instances.findLast(({ exports }) => name in exports).exports;

/** Makes the next call of an export trap. */
export function arm(name, when = 1) {
  newest(name)[`arm ${name}`].value = when;
}
