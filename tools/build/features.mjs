/** What the wasm may use. */
import binaryen from "binaryen";

/** What the runtimes that are served all have; binaryen's own default is more than Node 20 takes. */
const FEATURES = [
  "SIMD128",
  "BulkMemory",
  "BulkMemoryOpt",
  "NontrappingFPToInt",
  "SignExt",
  "MutableGlobals",
  "ReferenceTypes",
  "Multivalue",
];

/**
 * @param {Uint8Array} bytes
 * @returns {binaryen.Module} which will be written with these features and no other
 */
export function readModule(bytes) {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(FEATURES.reduce((all, name) => all | feature(name), 0));
  return module;
}

function feature(name) {
  const bit = binaryen.Features[name];
  if (bit === undefined) throw new Error(`binaryen has no feature ${name}`);
  return bit;
}
