/** The allowed wasm features. */
import binaryen from "binaryen";

/** Features of all supported runtimes; binaryen's default includes more than Node 20 supports. */
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
 * @returns {binaryen.Module} a module that is written with these features only
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
