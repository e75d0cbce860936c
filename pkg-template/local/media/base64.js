// Strict base64 that does not depend on new methods of the runtime: invalid text is null.

/** Together with a length of whole fours. One loop over single characters: groups of four overflow the stack on megabytes. */
const PATTERN = /^[A-Za-z0-9+/]*={0,2}$/;
/** Characters per call of `String.fromCharCode`, below every engine's limit of arguments. */
const PIECE = 0x8000;

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  if (bytes.toBase64) return bytes.toBase64();
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text);
}

/** The bytes, or null if the text isn't base64. Line breaks are let through, as most decoders do. */
export function fromBase64(text) {
  const plain = text.replace(/[\r\n]+/g, "");
  if (plain.length % 4 !== 0 || !PATTERN.test(plain)) return null;
  return fromBinaryString(atob(plain));
}

/** The bytes of a string with one character per byte, or null if a character is none. */
export function fromBinaryString(text) {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return null;
    bytes[at] = code;
  }
  return bytes;
}

/** `{ bytes, contentType }` of a base64 data URL, or null. */
export function fromDataURL(text) {
  const [, contentType, base64] = /^data:([^;,]+)(?:;[^;,]+)*;base64,(.*)$/s.exec(text) ?? [];
  const bytes = base64 === undefined ? null : fromBase64(base64);
  return bytes && { bytes, contentType };
}
