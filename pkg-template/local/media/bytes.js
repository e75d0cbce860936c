// Small tools for binary formats.

const encoder = new TextEncoder();

/** Text as bytes, for the four-letter names and the comments inside files. */
export const ascii = (text) => encoder.encode(text);

/** Joins bytes; plain arrays of numbers will do as well. */
export const concat = (...parts) => joined(parts);

/** The same of any number of parts. */
export function joined(parts) {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const number = (size, method, littleEndian) => (value) => {
  const bytes = new Uint8Array(size);
  new DataView(bytes.buffer)[method](0, value, littleEndian);
  return bytes;
};
export const u16be = number(2, "setUint16", false);
export const u32be = number(4, "setUint32", false);
export const u16le = number(2, "setUint16", true);
export const u32le = number(4, "setUint32", true);

/** The longest text that is read out of a header. */
const LONGEST_TEXT = 16384;

/** The text of some bytes, one character per byte, as far as headers go. */
export const latin1 = (bytes, from = 0, to = bytes.length) =>
  String.fromCharCode(...bytes.subarray(from, Math.min(to, bytes.length, from + LONGEST_TEXT)));

/** A view of the bytes that reads numbers. */
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
