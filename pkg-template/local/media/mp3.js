// MP3: frames of silence to write, and the frames' headers to read a file's duration from.

import { ascii, concat, latin1 } from "./bytes.js";

/** MPEG-2 layer III, 48 kbit/s, 24 kHz, one channel: 144 bytes for 576 samples, all zero but for the header. */
const HEADER = [0xff, 0xf3, 0x64, 0xc0];
const FRAME_BYTES = 144;
const FRAME_SECONDS = 576 / 24000;

const BITRATES = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = { 0: [11025, 12000, 8000], 2: [22050, 24000, 16000], 3: [44100, 48000, 32000] };

/** A file of silence; `comment` goes into an ID3 tag. */
export function encodeMP3(seconds, comment = "") {
  const frames = new Uint8Array(FRAME_BYTES * Math.max(1, Math.ceil(seconds / FRAME_SECONDS)));
  for (let at = 0; at < frames.length; at += FRAME_BYTES) frames.set(HEADER, at);
  return concat(comment ? tag(comment) : [], frames);
}

/** Sizes inside a tag use seven bits of each byte. */
const size = (value) => [21, 14, 7, 0].map((shift) => (value >> shift) & 0x7f);

function tag(comment) {
  const body = concat([3], ascii("eng"), [0], ascii(comment));
  const frame = concat(ascii("COMM"), size(body.length), [0, 0], body);
  return concat(ascii("ID3"), [4, 0, 0], size(frame.length), frame);
}

/** Frames that are counted one by one: about two hours. */
const MOST_FRAMES = 300_000;

/** The data of an MP3 file's header, or null. */
export function readMP3(bytes) {
  let at = 0;
  let comment;
  if (latin1(bytes, 0, 3) === "ID3") {
    const length = unsize(bytes, 6);
    comment = readComment(bytes.subarray(10, 10 + length));
    at = 10 + length;
  }
  const first = frameAt(bytes, at);
  if (!first) return null;
  let duration = 0;
  let frames = 0;
  const start = at;
  for (let frame = first; frame && frames < MOST_FRAMES; frame = frameAt(bytes, at)) {
    duration += frame.samples / frame.sampleRate;
    at += frame.bytes;
    frames += 1;
  }
  // Of a very long recording the rest is taken to be like its beginning.
  if (frames === MOST_FRAMES) duration *= (bytes.length - start) / (at - start);
  const { sampleRate, channels } = first;
  return {
    format: "MP3",
    mediaType: "audio/mpeg",
    encoding: "mp3",
    sampleRate,
    channels,
    duration,
    ...(comment ? { comment } : {}),
  };
}

const unsize = (bytes, at) => [0, 1, 2, 3].reduce((sum, index) => (sum << 7) | (bytes[at + index] & 0x7f), 0);

function readComment(body) {
  const at = latin1(body).indexOf("COMM");
  if (at < 0 || body[at + 10] !== 3) return undefined;
  const text = new TextDecoder().decode(body.subarray(at + 14, at + 10 + unsize(body, at + 4)));
  return text.slice(text.indexOf("\0") + 1);
}

function frameAt(bytes, at) {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return null;
  const version = (bytes[at + 1] >> 3) & 3;
  const layer = (bytes[at + 1] >> 1) & 3;
  const bitrate = BITRATES[version === 3 ? 1 : 2][bytes[at + 2] >> 4];
  const sampleRate = SAMPLE_RATES[version]?.[(bytes[at + 2] >> 2) & 3];
  if (layer !== 1 || !bitrate || !sampleRate) return null;
  const samples = version === 3 ? 1152 : 576;
  const padding = (bytes[at + 2] >> 1) & 1;
  return {
    samples,
    sampleRate,
    channels: bytes[at + 3] >> 6 === 3 ? 1 : 2,
    bytes: Math.floor((samples / 8) * ((bitrate * 1000) / sampleRate)) + padding,
  };
}
