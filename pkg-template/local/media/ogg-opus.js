// Opus of silence in an Ogg container.

import { ascii, concat, joined, u16le, u32le } from "./bytes.js";

/** Twenty milliseconds of silence as Opus encoders write them. */
const SILENCE = [0xf8, 0xff, 0xfe];
const SAMPLES_PER_PACKET = 960;
const PACKETS_PER_PAGE = 50;
const SERIAL = 0x10ca1;
const [FIRST, LAST] = [2, 4];
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

function crc(bytes) {
  let value = 0;
  for (const byte of bytes) value = ((value << 8) ^ CRC_TABLE[((value >>> 24) ^ byte) & 0xff]) >>> 0;
  return value;
}

function page(packets, { sequence, samples, flags = 0 }) {
  const sizes = packets.flatMap(({ length }) => [
    ...new Array(Math.floor(length / 255)).fill(255),
    length % 255,
  ]);
  const bytes = concat(
    ascii("OggS"),
    [0, flags],
    u32le(samples),
    u32le(0),
    u32le(SERIAL),
    u32le(sequence),
    u32le(0),
    [sizes.length],
    sizes,
    ...packets,
  );
  bytes.set(u32le(crc(bytes)), 22);
  return bytes;
}

/** An Ogg file of silence with one channel; `comment` goes into its tags. */
export function encodeOggOpus(seconds, comment = "") {
  const vendor = ascii("stand-in");
  const note = ascii(`COMMENT=${comment}`.slice(0, 4000));
  const head = concat(ascii("OpusHead"), [1, 1], u16le(0), u32le(48000), u16le(0), [0]);
  const tags = concat(ascii("OpusTags"), u32le(vendor.length), vendor, u32le(1), u32le(note.length), note);
  const pages = [
    page([head], { sequence: 0, samples: 0, flags: FIRST }),
    page([tags], { sequence: 1, samples: 0 }),
  ];
  const total = Math.max(1, Math.ceil((seconds * 48000) / SAMPLES_PER_PACKET));
  for (let done = 0, sequence = 2; done < total; sequence++) {
    const count = Math.min(PACKETS_PER_PAGE, total - done);
    done += count;
    const flags = done === total ? LAST : 0;
    pages.push(page(new Array(count).fill(SILENCE), { sequence, samples: done * SAMPLES_PER_PACKET, flags }));
  }
  return joined(pages);
}
