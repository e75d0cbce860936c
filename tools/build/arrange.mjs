/**
 * Puts functions that are alike beside each other. The module travels compressed, which finds a repetition the better the nearer it is; what a
 * module does has nothing to do with the order.
 */
import { deflateRawSync } from "node:zlib";
import binaryen from "binaryen";
import { functionsOf } from "./binary.mjs";

/** Bytes of what was put last that the next one is compared to. */
const BEFORE = 16 * 1024;

/**
 * @param {binaryen.Module} module without names and imports
 * @returns {binaryen.Module} the same, with its functions in another order
 */
export function arrange(module) {
  const functions = functionsOf(module.emitBinary());
  const text = module.emitText();
  const texts = text.match(/^ \(func .*?^ \)\n/gms);
  if (texts?.length !== functions.length) throw new Error("the functions cannot be told apart in the text");
  const [head] = text.split(texts[0]);
  const [, tail] = text.split(texts.at(-1));
  return binaryen.parseText([head, ...orderOf(functions).map((index) => texts[index]), tail].join(""));
}

/** Begins with the smallest; the next one is always that which compresses best behind those before it. */
function orderOf(functions) {
  const alone = functions.map((code) => compressed(code));
  const left = new Set(functions.keys());
  const order = [];
  let before = Buffer.alloc(0);
  const next = () => {
    let best;
    let least = Number.POSITIVE_INFINITY;
    for (const index of left) {
      const part = compressed(functions[index], before) / alone[index];
      if (part < least) [best, least] = [index, part];
    }
    return best;
  };
  for (let index = alone.indexOf(Math.min(...alone)); index !== undefined; index = next()) {
    left.delete(index);
    order.push(index);
    before = Buffer.concat([before, functions[index]]).subarray(-BEFORE);
  }
  return order;
}

const compressed = (code, dictionary) => deflateRawSync(code, { dictionary }).length;
