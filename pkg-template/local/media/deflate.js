// Deflate for data that is mostly runs of one byte: fixed codes, literals and matches at distance one.
// Pictures of coloured cells come out at a thousandth of their size, without zlib, which browsers and
// Workers only offer as a stream. Nor is the ZIP library used: pages without a bundler load the stand-in,
// and have no other package.

const LONGEST_RUN = 258;
const SHORTEST_RUN = 3;
const ADLER_PRIME = 65521;

/** The code and the extra bits of each length from 3 to 258: [symbol, number of extra bits, their value]. */
const LENGTHS = lengths();

function lengths() {
  const table = [];
  let length = SHORTEST_RUN;
  for (let symbol = 257; symbol < 285; symbol++) {
    const extra = symbol < 265 ? 0 : (symbol - 261) >> 2;
    for (let value = 0; value < 1 << extra; value++) table[length++] = [symbol, extra, value];
  }
  table[LONGEST_RUN] = [285, 0, 0];
  return table;
}

class BitWriter {
  #bytes = [];
  #held = 0;
  #count = 0;

  /** Adds the lowest bits of a value, the least significant first. */
  add(value, bits) {
    for (let bit = 0; bit < bits; bit++) this.#bit((value >> bit) & 1);
  }

  /** Adds a Huffman code, whose most significant bit comes first. */
  code(value, bits) {
    for (let bit = bits - 1; bit >= 0; bit--) this.#bit((value >> bit) & 1);
  }

  #bit(bit) {
    this.#held |= bit << this.#count;
    if (++this.#count < 8) return;
    this.#bytes.push(this.#held);
    this.#held = 0;
    this.#count = 0;
  }

  end() {
    if (this.#count > 0) this.#bytes.push(this.#held);
    return this.#bytes;
  }
}

/** The fixed code of a literal or a length. */
function fixed(bits, symbol) {
  if (symbol < 144) bits.code(0x30 + symbol, 8);
  else if (symbol < 256) bits.code(0x190 + symbol - 144, 9);
  else if (symbol < 280) bits.code(symbol - 256, 7);
  else bits.code(0xc0 + symbol - 280, 8);
}

/** A zlib stream of the bytes. */
export function zlib(bytes) {
  const bits = new BitWriter();
  bits.add(1, 1); // the last block
  bits.add(1, 2); // with fixed codes
  let at = 0;
  while (at < bytes.length) {
    fixed(bits, bytes[at]);
    const start = at++;
    while (at < bytes.length && bytes[at] === bytes[start]) {
      let run = 0;
      while (run < LONGEST_RUN && bytes[at + run] === bytes[start] && at + run < bytes.length) run++;
      if (run < SHORTEST_RUN) break;
      const [symbol, extra, value] = LENGTHS[run];
      fixed(bits, symbol);
      bits.add(value, extra);
      bits.code(0, 5); // distance one
      at += run;
    }
  }
  fixed(bits, 256);
  const checksum = adler32(bytes);
  const tail = [24, 16, 8, 0].map((shift) => (checksum >>> shift) & 0xff);
  return Uint8Array.from([0x78, 0x01].concat(bits.end(), tail));
}

/** Bytes after which the sums must be brought below the prime, lest they outgrow 32 bits. */
const ADLER_BLOCK = 5552;

function adler32(bytes) {
  let [a, b] = [1, 0];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + ADLER_BLOCK);
    for (; at < end; at++) {
      a += bytes[at];
      b += a;
    }
    a %= ADLER_PRIME;
    b %= ADLER_PRIME;
  }
  return ((b << 16) | a) >>> 0;
}
