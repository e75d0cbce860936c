/** Reads of a wasm file's bytes what the build looks for in them. What it gives are views: whoever writes to one changes the file. */

const CODE = 10;
const DATA = 11;

/**
 * @param {Uint8Array} wasm
 * @returns {Uint8Array[]} the code of each function, in the order of the file
 */
export function functionsOf(wasm) {
  const read = readerOf(wasm, CODE);
  return Array.from({ length: read.number() }, () => read.bytes());
}

/**
 * @param {Uint8Array} wasm whose data has fixed places, as the linker writes it
 * @returns {{ address: number, bytes: Uint8Array }[]} what is in memory from the start
 */
export function dataOf(wasm) {
  const read = readerOf(wasm, DATA);
  return Array.from({ length: read.number() }, () => {
    // The kind 0, then `i32.const`.
    read.skip(2);
    const address = read.number();
    // `end`
    read.skip(1);
    return { address, bytes: read.bytes() };
  });
}

/** Stands at the content of a section. */
function readerOf(wasm, section) {
  // Behind the magic number and the version.
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const skip = (length) => {
    at += length;
  };
  const bytes = () => {
    const length = number();
    skip(length);
    return wasm.subarray(at - length, at);
  };
  while (at < wasm.length) {
    if (wasm[at++] === section) {
      number();
      return { number, skip, bytes };
    }
    bytes();
  }
  throw new Error(`the module has no section ${section}`);
}
