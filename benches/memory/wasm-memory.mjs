/**
 * Observes the package's wasm memory, which is not exported: records all instances that are created. Must be
 * imported before the package.
 */

const memories = [];
const Original = WebAssembly.Instance;

WebAssembly.Instance = class extends Original {
  constructor(module, imports) {
    super(module, imports);
    memories.push(this.exports.memory);
  }
};

/** @returns {number} bytes */
export function wasmBytes() {
  if (memories.length !== 1) throw new Error(`one instance was expected, ${memories.length} were made`);
  return memories[0].buffer.byteLength;
}
