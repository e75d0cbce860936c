// Sound as samples between -1 and 1, and what telephone companies made of them.

import { randomFrom } from "../digest.js";

const LOUDNESS = 0.2;
const BASE_HERTZ = 160;
/** Seconds of each syllable-like tone. */
const BEAT = 0.12;

/** A soft melody that depends on nothing but its seed. */
export function melody(seed, seconds, sampleRate) {
  const random = randomFrom(seed);
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  const beat = Math.max(1, Math.round(BEAT * sampleRate));
  let hertz = BASE_HERTZ;
  for (let at = 0; at < samples.length; at++) {
    if (at % beat === 0) hertz = BASE_HERTZ * (1 + random());
    // Each tone swells and fades, so that none of them clicks.
    const swell = Math.sin((Math.PI * (at % beat)) / beat);
    samples[at] = LOUDNESS * swell * Math.sin((2 * Math.PI * hertz * at) / sampleRate);
  }
  return samples;
}

/** Signed 16-bit little-endian. */
export function toPCM16(samples) {
  const bytes = new Uint8Array(2 * samples.length);
  const view = new DataView(bytes.buffer);
  for (const [index, sample] of samples.entries())
    view.setInt16(2 * index, Math.max(-1, Math.min(1, sample)) * 0x7fff, true);
  return bytes;
}

/** Samples of signed 16-bit little-endian bytes, an odd last byte left out. */
export function fromPCM16(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from(
    { length: bytes.byteLength >> 1 },
    (_, index) => view.getInt16(2 * index, true) / 0x8000,
  );
}

/** G.711 µ-law: the sign, then a logarithm, all bits turned over. */
export const toMuLaw = (samples) => Uint8Array.from(samples, muLaw);

function muLaw(sample) {
  const magnitude = Math.min(Math.abs(Math.round(sample * 0x7fff)), 32635) + 132;
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** G.711 A-law: the same idea with other bits turned over. */
export const toALaw = (samples) => Uint8Array.from(samples, aLaw);

function aLaw(sample) {
  const magnitude = Math.min(Math.abs(Math.round(sample * 0x7fff)), 32635);
  const exponent = Math.max(0, 24 - Math.clz32(magnitude));
  const mantissa = (magnitude >> (exponent === 0 ? 4 : exponent + 3)) & 0x0f;
  return (((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55) & 0xff;
}
