// Reads format, size and comment from the header of an image.

import { latin1, viewOf } from "./bytes.js";

const decoder = new TextDecoder();
/** Chunks or segments of a file that are looked through for its size and comment. */
const MOST_CHUNKS = 1000;

/** @returns {{ format: string, mediaType: string, width: number, height: number, comment?: string } | null} null: no image known */
export function imageInfo(bytes) {
  try {
    for (const read of [png, jpeg, gif, webp, bmp]) {
      const info = read(bytes);
      if (info) return info.width > 0 && info.height > 0 ? info : null;
    }
  } catch (error) {
    // The header is truncated.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

function png(bytes) {
  if (latin1(bytes, 0, 8) !== "\x89PNG\r\n\x1a\n") return null;
  const view = viewOf(bytes);
  const info = {
    format: "PNG",
    mediaType: "image/png",
    width: view.getUint32(16),
    height: view.getUint32(20),
  };
  let chunks = 0;
  for (let at = 8; at + 12 <= bytes.length && chunks < MOST_CHUNKS; at += 12 + view.getUint32(at)) {
    chunks += 1;
    if (latin1(bytes, at + 4, at + 8) !== "iTXt") continue;
    const text = decoder.decode(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
    const comment = /^Comment\0\0\0\0\0(.*)$/s.exec(text)?.[1];
    if (comment) info.comment = comment;
    break;
  }
  return info;
}

function jpeg(bytes) {
  const view = viewOf(bytes);
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  let comment;
  let segments = 0;
  for (let at = 2; at + 4 <= bytes.length && segments < MOST_CHUNKS; at += 2 + view.getUint16(at + 2)) {
    segments += 1;
    const [mark, marker] = [bytes[at], bytes[at + 1]];
    if (mark !== 0xff) return null;
    const length = view.getUint16(at + 2);
    if (marker === 0xfe) comment = decoder.decode(bytes.subarray(at + 4, at + 2 + length)) || undefined;
    // Any start of frame; C4, C8 and CC are other segments.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
      return { format: "JPEG", mediaType: "image/jpeg", ...size, ...(comment ? { comment } : {}) };
    }
  }
  return null;
}

function gif(bytes) {
  if (!/^GIF8[79]a/.test(latin1(bytes, 0, 6))) return null;
  const view = viewOf(bytes);
  return {
    format: "GIF",
    mediaType: "image/gif",
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
  };
}

function bmp(bytes) {
  if (latin1(bytes, 0, 2) !== "BM") return null;
  const view = viewOf(bytes);
  const height = Math.abs(view.getInt32(22, true));
  return { format: "BMP", mediaType: "image/bmp", width: view.getInt32(18, true), height };
}

function webp(bytes) {
  if (latin1(bytes, 0, 4) !== "RIFF" || latin1(bytes, 8, 12) !== "WEBP") return null;
  const view = viewOf(bytes);
  return { format: "WebP", mediaType: "image/webp", ...webpSize(latin1(bytes, 12, 16), view) };
}

function webpSize(kind, view) {
  const u24 = (at) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  if (kind === "VP8X") return { width: 1 + u24(24), height: 1 + u24(27) };
  if (kind === "VP8L") {
    const bits = view.getUint32(21, true);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  }
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
}
