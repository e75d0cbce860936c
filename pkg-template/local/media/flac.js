// FLAC of silence: frames in which every sample is the same need one value and no compression.

import { ascii, concat, joined, u16be, u32be } from "./bytes.js";

const BLOCK = 4096;

const crc = (bits, polynomial) => (bytes) => {
  const [top, mask] = [1 << (bits - 1), 2 ** bits - 1];
  let value = 0;
  for (const byte of bytes) {
    value ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) value = (value & top ? (value << 1) ^ polynomial : value << 1) & mask;
  }
  return value;
};
const crc8 = crc(8, 0x07);
const crc16 = crc(16, 0x8005);

/** A frame's number in the form that UTF-8 has for characters. */
function numbered(value) {
  if (value < 0x80) return [value];
  const bytes = [];
  let rest = value;
  let limit = 0x40;
  while (rest >= limit) {
    bytes.unshift(0x80 | (rest & 0x3f));
    rest >>= 6;
    limit >>= 1;
  }
  return [((0xff00 >> (bytes.length + 1)) & 0xff) | rest, ...bytes];
}

function frame(index, samples) {
  // The sample rate is the stream's; one channel, 16 bits; the block's length in 16 bits.
  const head = concat([0xff, 0xf8, 0x70, 0x08], numbered(index), u16be(samples - 1));
  const body = concat(head, [crc8(head)], [0x00, 0, 0]);
  return concat(body, u16be(crc16(body)));
}

/** A FLAC file of silence with one channel. */
export function encodeFLAC(seconds, sampleRate) {
  const total = Math.max(BLOCK, Math.round(seconds * sampleRate));
  const rate = [sampleRate >> 12, (sampleRate >> 4) & 0xff, (sampleRate & 0xf) << 4];
  // One channel is written as 0 and 16 bits as 15, across two bytes with the rate and the length.
  const packed = concat(rate.slice(0, 2), [rate[2], 0xf0], u32be(total));
  const info = concat(u16be(BLOCK), u16be(BLOCK), new Uint8Array(6), packed, new Uint8Array(16));
  const frames = [];
  for (let index = 0; index * BLOCK < total; index++)
    frames.push(frame(index, Math.min(BLOCK, total - index * BLOCK)));
  return joined([ascii("fLaC"), [0x80, 0, 0, info.length], info, ...frames]);
}
