/** Decompression for the wasm that travels as text. Runtimes have it too, but only asynchronously. */

/** Where each length code and each distance code begins, and how many more bits it reads (RFC 1951, 3.2.5). */
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LENGTHS = startsOf(LENGTH_BITS, 3);
// The last code stands apart: the longest match, although the codes before it reach as far.
LENGTHS[28] = 258;
const DISTANCE_BITS = Array.from({ length: 30 }, (_, code) => Math.max(0, (code >> 1) - 1));
const DISTANCES = startsOf(DISTANCE_BITS, 1);
/** In which order the lengths of the code for code lengths are sent. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;

function startsOf(bits, first) {
  let start = first;
  return bits.map((count) => {
    const own = start;
    start += 1 << count;
    return own;
  });
}

/**
 * Reads raw deflate (RFC 1951). What it reads was made by the build, so nothing is checked here: a file that was
 * damaged on its way is refused by the WebAssembly compiler.
 *
 * @param {Uint8Array} source
 * @param {number} size how many bytes will come out
 * @returns {Uint8Array}
 */
function inflate(source, size) {
  const out = new Uint8Array(size);
  let end = 0;
  let at = 0;
  let held = 0;
  let count = 0;

  const fill = (wanted) => {
    while (count < wanted) {
      held |= source[at++] << count;
      count += 8;
    }
  };
  const take = (wanted) => {
    fill(wanted);
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return value;
  };
  const symbol = ({ table, bits }) => {
    fill(bits);
    const entry = table[held & ((1 << bits) - 1)];
    held >>>= entry & 15;
    count -= entry & 15;
    return entry >> 4;
  };

  /** The two codes of a block, which are sent as lengths, themselves in a code. */
  const readCodes = () => {
    const literals = take(5) + 257;
    const distances = take(5) + 1;
    const sent = take(4) + 4;
    const lengths = new Uint8Array(19);
    for (let i = 0; i < sent; i++) lengths[ORDER[i]] = take(3);
    const code = codeOf(lengths);
    const all = new Uint8Array(literals + distances);
    for (let i = 0; i < all.length; ) {
      const length = symbol(code);
      if (length < 16) all[i++] = length;
      else if (length === 16) i = repeat(all, i, 3 + take(2), all[i - 1]);
      else if (length === 17) i = repeat(all, i, 3 + take(3), 0);
      else i = repeat(all, i, 11 + take(7), 0);
    }
    return [codeOf(all.subarray(0, literals)), codeOf(all.subarray(literals))];
  };

  const readStored = () => {
    // Bits up to the byte's end are padding; whole bytes that were read ahead go back.
    at -= count >> 3;
    held = 0;
    count = 0;
    const length = source[at] | (source[at + 1] << 8);
    out.set(source.subarray(at + 4, at + 4 + length), end);
    at += 4 + length;
    end += length;
  };

  for (let last = 0; last === 0; ) {
    last = take(1);
    const kind = take(2);
    if (kind === 0) {
      readStored();
      continue;
    }
    const [literals, distances] = kind === 1 ? fixedCodes() : readCodes();
    const { table } = literals;
    const mask = table.length - 1;
    for (;;) {
      // `symbol(literals)` written out: this runs once per byte or match, and mostly before it gets compiled.
      while (count < literals.bits) {
        held |= source[at++] << count;
        count += 8;
      }
      const entry = table[held & mask];
      held >>>= entry & 15;
      count -= entry & 15;
      const value = entry >> 4;
      if (value < END_OF_BLOCK) {
        out[end++] = value;
        continue;
      }
      if (value === END_OF_BLOCK) break;
      const length = LENGTHS[value - 257] + take(LENGTH_BITS[value - 257]);
      const code = symbol(distances);
      const from = end - DISTANCES[code] - take(DISTANCE_BITS[code]);
      if (from + length <= end) out.copyWithin(end, from, from + length);
      // A match may overlap what it makes.
      else for (let i = 0; i < length; i++) out[end + i] = out[from + i];
      end += length;
    }
  }
  return out;
}

function repeat(array, from, times, value) {
  array.fill(value, from, from + times);
  return from + times;
}

function fixedCodes() {
  const lengths = new Uint8Array(288).fill(8);
  lengths.fill(9, 144, 256).fill(7, 256, 280);
  return [codeOf(lengths), codeOf(new Uint8Array(30).fill(5))];
}

/** A canonical Huffman code as one table, by the bits that come next: the symbol, and in the lowest four bits its length. */
function codeOf(lengths) {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length]++;
  let bits = 15;
  while (bits > 1 && counts[bits] === 0) bits--;
  // The first code of each length, in the order of RFC 1951, 3.2.2.
  const next = new Uint16Array(16);
  for (let length = 1; length < bits; length++) {
    next[length + 1] = (next[length] + counts[length]) << 1;
  }
  const table = new Uint16Array(1 << bits);
  for (let value = 0; value < lengths.length; value++) {
    const length = lengths[value];
    if (length === 0) continue;
    // Codes are sent with their highest bit first, all else with the lowest.
    let reversed = 0;
    for (let code = next[length]++, bit = 0; bit < length; bit++, code >>= 1)
      reversed = (reversed << 1) | (code & 1);
    const entry = (value << 4) | length;
    for (let i = reversed; i < table.length; i += 1 << length) table[i] = entry;
  }
  return { table, bits };
}

/** Base64 to bytes. The built-in decoder is younger than the oldest runtimes that are served. */
function decode(base64) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/**
 * A module that travelled as text.
 *
 * @param {string} deflated raw deflate in base64
 * @param {number} size how many bytes come out
 */
export const unpack = (deflated, size) => inflate(decode(deflated), size);
