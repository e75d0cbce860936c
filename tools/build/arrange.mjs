/**
 * Puts functions that are alike beside each other. The module travels compressed, which finds a repetition the better the nearer it is; what a
 * module does has nothing to do with the order.
 */
import { deflateRawSync } from "node:zlib";
import binaryen from "binaryen";
import { functionsOf } from "./binary.mjs";

/** Bytes of what was put last that the next one is compared to. */
const BEFORE = 16 * 1024;

/** @param {binaryen.Module} module whose functions are put in another order */
export function arrange(module) {
  const functions = [];
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const info = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
    if (!info.module) functions.push(info);
  }
  const codes = functionsOf(module.emitBinary());
  if (codes.length !== functions.length) throw new Error("the functions cannot be told apart");
  for (const index of orderOf(codes)) {
    const { name, params, results, vars, body } = functions[index];
    // Its body stays where it is, in the module.
    module.removeFunction(name);
    module.addFunction(name, params, results, vars, body);
  }
}

/** Begins with the smallest; the next one is always that which compresses best behind those before it. */
function orderOf(codes) {
  const alone = codes.map((code) => compressed(code));
  const left = new Set(codes.keys());
  const order = [];
  let before = Buffer.alloc(0);
  const next = () => {
    let best;
    let least = Number.POSITIVE_INFINITY;
    for (const index of left) {
      const part = compressed(codes[index], before) / alone[index];
      if (part < least) [best, least] = [index, part];
    }
    return best;
  };
  for (let index = alone.indexOf(Math.min(...alone)); index !== undefined; index = next()) {
    left.delete(index);
    order.push(index);
    before = Buffer.concat([before, codes[index]]).subarray(-BEFORE);
  }
  return order;
}

const compressed = (code, dictionary) => deflateRawSync(code, { dictionary }).length;
