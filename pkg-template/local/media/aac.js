// AAC of silence, in the frames that stand by themselves (ADTS).

import { concat } from "./bytes.js";

/** One channel of silence, AAC-LC, as encoders write it. */
const SILENCE = [0x00, 0xc8, 0x00, 0x80, 0x23, 0x80];
const SAMPLES = 1024;
const RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000];

/** A file of silence. */
export function encodeAAC(seconds, sampleRate) {
  const rate = RATES.includes(sampleRate) ? sampleRate : 24000;
  const length = 7 + SILENCE.length;
  const frame = concat(
    [0xff, 0xf1, (1 << 6) | (RATES.indexOf(rate) << 2), (1 << 6) | (length >> 11)],
    [(length >> 3) & 0xff, ((length & 7) << 5) | 0x1f, 0xfc],
    SILENCE,
  );
  return concat(...new Array(Math.max(1, Math.ceil((seconds * rate) / SAMPLES))).fill(frame));
}

/** The data of such a file's header, or null. */
export function readAAC(bytes) {
  let samples = 0;
  let sampleRate = 0;
  for (let at = 0; at + 7 <= bytes.length && bytes[at] === 0xff && (bytes[at + 1] & 0xf6) === 0xf0; ) {
    sampleRate = RATES[(bytes[at + 2] >> 2) & 0xf];
    samples += SAMPLES;
    at += Math.max(7, ((bytes[at + 3] & 3) << 11) | (bytes[at + 4] << 3) | (bytes[at + 5] >> 5));
  }
  if (!sampleRate) return null;
  return {
    format: "AAC",
    mediaType: "audio/aac",
    encoding: "aac",
    sampleRate,
    channels: 1,
    duration: samples / sampleRate,
  };
}
