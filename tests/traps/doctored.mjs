/** A module of the package's with a switch at every export, which makes it trap: a bug of the package, at a chosen call. */
import binaryen from "binaryen";
import { readModule } from "../../tools/build/features.mjs";

/**
 * @param {Uint8Array} bytes a module
 * @returns {Uint8Array} one that exports a switch `arm <export>` for each function: 1 traps before its work, 2 after it
 */
export function doctored(bytes) {
  const module = readModule(bytes);
  const exported = [];
  for (let index = 0; index < module.getNumExports(); index++) {
    exported.push(binaryen.getExportInfo(module.getExportByIndex(index)));
  }
  for (const { kind, name, value } of exported) {
    if (kind !== binaryen.ExternalFunction || name.startsWith("__")) continue;
    const { params, results } = binaryen.getFunctionInfo(module.getFunction(value));
    const arm = `arm ${name}`;
    const trapAt = (when) =>
      module.if(
        module.i32.eq(module.global.get(arm, binaryen.i32), module.i32.const(when)),
        module.unreachable(),
      );
    module.addGlobal(arm, binaryen.i32, true, module.i32.const(0));
    module.addGlobalExport(arm, arm);
    const args = binaryen.expandType(params).map((type, index) => module.local.get(index, type));
    const work = module.call(value, args, results);
    const own = `doctored ${name}`;
    if (results === binaryen.none) {
      module.addFunction(own, params, results, [], module.block(null, [trapAt(1), work, trapAt(2)]));
    } else {
      const place = args.length;
      const keep = module.local.set(place, work);
      const give = module.local.get(place, results);
      const body = module.block(null, [trapAt(1), keep, trapAt(2), give], results);
      module.addFunction(own, params, results, [results], body);
    }
    module.removeExport(name);
    module.addFunctionExport(own, name);
  }
  if (!module.validate()) throw new Error("the doctored module is not valid");
  return module.emitBinary();
}
