// A baseline JPEG writer for pictures whose 8x8 blocks have one colour each: only the mean of a block is
// coded, all else is zero.

import { ascii, concat, joined, u16be } from "./bytes.js";

/** Category sizes of the standard's table for luminance means; its values are 0 to 11 in order. */
const MEAN_COUNTS = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const MEAN_VALUES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const MEAN_CODES = codesOf(MEAN_COUNTS, MEAN_VALUES);
/** One code is enough for the rest of a block: "nothing but zeros follows". */
const REST_COUNTS = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const REST_VALUES = [0];
/** The quantiser of means; a mean is eight times the value of its pixels. */
const QUANTISER = 8;

/** Codes of a Huffman table as [code, number of bits] by value. */
function codesOf(counts, values) {
  const codes = [];
  let code = 0;
  let next = 0;
  for (const [index, count] of counts.entries()) {
    for (let used = 0; used < count; used++) codes[values[next++]] = [code++, index + 1];
    code <<= 1;
  }
  return codes;
}

const segment = (marker, ...parts) => {
  const body = joined(parts);
  return concat([0xff, marker], u16be(body.length + 2), body);
};

class EntropyWriter {
  #bytes = [];
  #held = 0;
  #count = 0;

  add(value, bits) {
    for (let bit = bits - 1; bit >= 0; bit--) {
      this.#held = (this.#held << 1) | ((value >> bit) & 1);
      if (++this.#count < 8) continue;
      this.#bytes.push(this.#held);
      // A 255 would look like a marker.
      if (this.#held === 0xff) this.#bytes.push(0);
      this.#held = 0;
      this.#count = 0;
    }
  }

  end() {
    while (this.#count > 0) this.add(1, 1);
    return this.#bytes;
  }
}

/** Red, green, blue as luminance and two colour differences, each around zero. */
const toYCbCr = ([red, green, blue]) => [
  0.299 * red + 0.587 * green + 0.114 * blue - 128,
  -0.168736 * red - 0.331264 * green + 0.5 * blue,
  0.5 * red - 0.418688 * green - 0.081312 * blue,
];

/** A JPEG file of a picture; `comment` goes into a comment segment. */
export function encodeJPEG(picture, comment = "") {
  const { width, height, block } = picture;
  const bits = new EntropyWriter();
  const last = [0, 0, 0];
  for (let y = 0; y < height; y += block) {
    for (let x = 0; x < width; x += block) {
      for (const [component, value] of toYCbCr(picture.colour(x, y)).entries()) {
        const mean = Math.round((8 * value) / QUANTISER);
        const difference = mean - last[component];
        last[component] = mean;
        const size = difference === 0 ? 0 : 32 - Math.clz32(Math.abs(difference));
        bits.add(...MEAN_CODES[size]);
        bits.add(difference < 0 ? difference + (1 << size) - 1 : difference, size);
        bits.add(0, 1);
      }
    }
  }
  const components = [1, 2, 3];
  return concat(
    [0xff, 0xd8],
    segment(0xe0, ascii("JFIF\0"), [1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xfe, ascii(comment).subarray(0, 0xfff0)),
    segment(0xdb, [0], new Uint8Array(64).fill(QUANTISER)),
    segment(0xc0, [8], u16be(height), u16be(width), [3], ...components.map((id) => [id, 0x11, 0])),
    segment(0xc4, [0x00], MEAN_COUNTS, MEAN_VALUES),
    segment(0xc4, [0x10], REST_COUNTS, REST_VALUES),
    segment(0xda, [3], ...components.map((id) => [id, 0x00]), [0, 63, 0]),
    bits.end(),
    [0xff, 0xd9],
  );
}
