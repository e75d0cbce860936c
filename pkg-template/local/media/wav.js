import { ascii, concat, latin1, u16le, u32le, viewOf } from "./bytes.js";

/** Format numbers of the codecs that a WAV file may hold. */
export const WAV_FORMATS = { linear16: 1, float32: 3, alaw: 6, mulaw: 7 };
const NAMES = Object.fromEntries(Object.entries(WAV_FORMATS).map(([name, number]) => [number, name]));

const chunk = (name, data) => concat(ascii(name), u32le(data.length), data, data.length % 2 ? [0] : []);

/** A WAV file with one channel; `comment` goes into its list of information. */
export function encodeWAV(data, { sampleRate, encoding = "linear16", comment = "" }) {
  const width = encoding === "linear16" ? 2 : 1;
  const format = concat(
    u16le(WAV_FORMATS[encoding]),
    u16le(1),
    u32le(sampleRate),
    u32le(sampleRate * width),
    u16le(width),
    u16le(8 * width),
  );
  const body = concat(
    ascii("WAVE"),
    chunk("fmt ", format),
    ...(comment ? [chunk("LIST", concat(ascii("INFO"), chunk("ICMT", ascii(comment))))] : []),
    chunk("data", data),
  );
  return concat(ascii("RIFF"), u32le(body.length), body);
}

/** Chunks that are looked through. */
const MOST_CHUNKS = 1000;

/** The data of a WAV file's header, or null. A data chunk whose length was never written counts to the end. */
export function readWAV(bytes) {
  if (latin1(bytes, 0, 4) !== "RIFF" || latin1(bytes, 8, 12) !== "WAVE") return null;
  const view = viewOf(bytes);
  let format;
  let comment;
  let chunks = 0;
  for (let at = 12; at + 8 <= bytes.length && chunks < MOST_CHUNKS; chunks++) {
    const name = latin1(bytes, at, at + 4);
    const size = view.getUint32(at + 4, true);
    const start = at + 8;
    if (name === "fmt ") format = readFormat(view, start);
    if (name === "LIST") comment = readComment(bytes.subarray(start, start + size));
    if (name === "data") {
      if (!format) return null;
      const data = bytes.subarray(start, Math.min(start + size, bytes.length));
      const duration = data.length / format.bytesPerSecond;
      return {
        format: "WAV",
        mediaType: "audio/wav",
        ...format,
        data,
        duration,
        ...(comment ? { comment } : {}),
      };
    }
    at = start + size + (size % 2);
  }
  return null;
}

function readFormat(view, at) {
  return {
    encoding: NAMES[view.getUint16(at, true)] ?? "unknown",
    channels: view.getUint16(at + 2, true),
    sampleRate: view.getUint32(at + 4, true),
    bytesPerSecond: view.getUint32(at + 8, true) || 1,
    bits: view.getUint16(at + 14, true),
  };
}

function readComment(list) {
  const at = latin1(list).indexOf("ICMT");
  if (at < 0 || at + 8 > list.length) return undefined;
  const size = viewOf(list).getUint32(at + 4, true);
  return new TextDecoder().decode(list.subarray(at + 8, at + 8 + size));
}
