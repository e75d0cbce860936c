import { ascii, concat, u32be } from "./bytes.js";
import { zlib } from "./deflate.js";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const RGB = [8, 2, 0, 0, 0];
/** Row filters: differences to the pixel on the left, or to the row above. */
const [LEFT, UP] = [1, 2];
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = concat(ascii(type), data);
  return concat(u32be(data.length), body, u32be(crc32(body)));
}

/** A PNG file of a picture; `comment` goes into a text chunk. */
export function encodePNG(picture, comment = "") {
  const { width, height } = picture;
  const stride = 1 + 3 * width;
  // Inside a cell there is no difference, so that nearly all of this stays zero.
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const at = y * stride;
    const repeated = y > 0 && picture.colour(0, y) === picture.colour(0, y - 1);
    rows[at] = repeated ? UP : LEFT;
    if (repeated) continue;
    let left = [0, 0, 0];
    for (let x = 0; x < width; x++) {
      const colour = picture.colour(x, y);
      if (colour === left) continue;
      rows.set(
        colour.map((value, channel) => value - left[channel]),
        at + 1 + 3 * x,
      );
      left = colour;
    }
  }
  return concat(
    SIGNATURE,
    chunk("IHDR", concat(u32be(width), u32be(height), RGB)),
    chunk("iTXt", concat(ascii("Comment"), [0, 0, 0, 0, 0], ascii(comment))),
    chunk("IDAT", zlib(rows)),
    chunk("IEND", []),
  );
}
