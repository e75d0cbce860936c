// Reads format and duration from the header of a recording.

import { readAAC } from "./aac.js";
import { latin1, viewOf } from "./bytes.js";
import { readMP3 } from "./mp3.js";
import { readWAV } from "./wav.js";

/** Bytes per second for formats without a duration in the header: typical for speech codecs. */
const GUESSED_BYTES_PER_SECOND = 8000;
const RAW_BYTES = { linear16: 2, mulaw: 1, alaw: 1, uint8: 1, float32: 4, float64: 8 };
const DEFAULT_RAW_RATE = 16000;

/**
 * @param {Uint8Array} bytes
 * @param {{ encoding?: string, sampleRate?: number, channels?: number }} [raw] how to read bytes that have no header
 * @returns {{ format: string, mediaType: string, duration: number, sampleRate?: number, channels?: number, encoding?: string,
 *   data?: Uint8Array, comment?: string } | null} null: no audio known
 */
export function audioInfo(bytes, raw = {}) {
  try {
    const known =
      readWAV(bytes) ?? readMP3(bytes) ?? readAAC(bytes) ?? flac(bytes) ?? ogg(bytes) ?? container(bytes);
    if (known) return known;
  } catch (error) {
    // The header is truncated.
    if (!(error instanceof RangeError)) throw error;
  }
  const width = RAW_BYTES[raw.encoding];
  if (!width || bytes.length === 0) return null;
  const { encoding, sampleRate = DEFAULT_RAW_RATE, channels = 1 } = raw;
  const duration = bytes.length / (sampleRate * channels * width);
  return {
    format: `raw ${encoding}`,
    mediaType: "audio/raw",
    encoding,
    sampleRate,
    channels,
    data: bytes,
    duration,
  };
}

function flac(bytes) {
  if (latin1(bytes, 0, 4) !== "fLaC") return null;
  const view = viewOf(bytes);
  const sampleRate = view.getUint32(18) >>> 12;
  const samples = view.getUint32(22) + (view.getUint8(21) & 0x0f) * 2 ** 32;
  const channels = ((view.getUint8(20) >> 1) & 7) + 1;
  return {
    format: "FLAC",
    mediaType: "audio/flac",
    encoding: "flac",
    sampleRate,
    channels,
    duration: samples / (sampleRate || 1),
  };
}

/** The bytes "OggS", and the pages that are counted. */
const PAGE = 0x4f676753;
const MOST_PAGES = 100_000;

function ogg(bytes) {
  if (latin1(bytes, 0, 4) !== "OggS") return null;
  const text = latin1(bytes, 0, 4096);
  // The last page's position counts samples; Opus always at 48 kHz.
  const sampleRate = text.includes("OpusHead") ? 48000 : 44100;
  let last = 0;
  const view = viewOf(bytes);
  let pages = 0;
  for (let at = 0; at + 27 <= bytes.length && pages < MOST_PAGES; pages++) {
    if (view.getUint32(at) !== PAGE) break;
    last = view.getUint32(at + 6, true);
    const segments = bytes.subarray(at + 27, at + 27 + bytes[at + 26]);
    at += 27 + segments.length + segments.reduce((sum, size) => sum + size, 0);
  }
  const encoding = sampleRate === 48000 ? "opus" : "vorbis";
  const comment = /COMMENT=([^\0]*?)OggS/s.exec(text)?.[1];
  return {
    format: "Ogg",
    mediaType: "audio/ogg",
    encoding,
    sampleRate,
    channels: 1,
    duration: last / sampleRate,
    ...(comment ? { comment } : {}),
  };
}

/**
 * Containers with complex headers: recognised by their first bytes, with a duration estimated from the
 * size.
 */
function container(bytes) {
  const duration = bytes.length / GUESSED_BYTES_PER_SECOND;
  const guess = (format, mediaType) => ({ format, mediaType, duration });
  if (latin1(bytes, 4, 8) === "ftyp") return guess("MP4", "audio/mp4");
  if (latin1(bytes, 0, 4) === "\x1aE\xdf\xa3") return guess("WebM", "audio/webm");
  if (latin1(bytes, 0, 5) === "#!AMR") return guess("AMR", "audio/amr");
  return null;
}
