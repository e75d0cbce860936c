/**
 * Zeroes the locations of panics in a module's data: a file name, a line and a column for each, which only a
 * panic's message would use. The panics themselves are traps (shrink.mjs), so nothing reads them. Zeros
 * compress to nothing.
 *
 * Each is a `core::panic::Location`: address and length of the file's name, line, column, in 32 bits each.
 * Any 16 bytes of that form whose address is that of a Rust file's name are one.
 */
import { Reader, sectionsOf } from "./binary.mjs";

const DATA = 11;
const SIZE = 16;
const MAX_LINE = 100_000;
const MAX_COLUMN = 1_000;
const FILE = /^[\w/.@+-]+\.rs$/;

/**
 * @param {Uint8Array} wasm modified in place
 * @returns {number} the number of locations
 */
export function wipeLocations(wasm) {
  const segments = segmentsOf(sectionsOf(wasm).find(({ id }) => id === DATA).content);
  const files = new Set();
  let count = 0;
  for (const { bytes, start } of segments) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = (4 - (start % 4)) % 4; at + SIZE <= bytes.length; at += 4) {
      const [address, length, line, column] = [0, 4, 8, 12].map((offset) =>
        view.getUint32(at + offset, true),
      );
      if (line === 0 || line > MAX_LINE || column === 0 || column > MAX_COLUMN) continue;
      const file = textAt(segments, address, length);
      if (file === undefined || !FILE.test(Buffer.from(file).toString("latin1"))) continue;
      bytes.fill(0, at, at + SIZE);
      files.add(file);
      count++;
    }
  }
  for (const file of files) file.fill(0);
  return count;
}

function textAt(segments, address, length) {
  const segment = segments.find(
    ({ bytes, start }) => address >= start && address + length <= start + bytes.length,
  );
  return segment?.bytes.subarray(address - segment.start, address - segment.start + length);
}

/** The data segments with a fixed address, as views of the file. */
function segmentsOf(content) {
  const reader = new Reader(content);
  return Array.from({ length: reader.number() }, () => {
    // Active in the first memory; `i32.const`, the address, `end`.
    if (reader.number() !== 0 || reader.byte() !== 0x41)
      throw new Error("the module has data of another kind");
    const start = reader.number();
    reader.byte();
    return { start, bytes: reader.bytes() };
  });
}
