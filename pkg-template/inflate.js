/**
 * Decompression of the inlined wasm. The web standard (DecompressionStream) is asynchronous; servers have a
 * synchronous API of their own.
 */
import { inflateSync } from "fflate";

/**
 * Decodes an inlined module. The input comes from the build, so it is not validated: the WebAssembly compiler
 * rejects damaged files.
 *
 * @param {string} deflated raw deflate in base64
 * @param {number} size length of the output in bytes
 */
export function unpack(deflated, size) {
  const bytes = decode(deflated);
  return native()?.(bytes) ?? inflateSync(bytes, { out: new Uint8Array(size) });
}

/**
 * The native inflate of Node, Deno and Bun is several times faster than JavaScript that has just been loaded.
 */
function native() {
  return globalThis.process?.getBuiltinModule?.("node:zlib")?.inflateRawSync;
}

/** Decodes base64. The built-in decoder is missing in the oldest supported runtimes. */
function decode(base64) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64);
  if (typeof globalThis.Buffer?.from === "function") return globalThis.Buffer.from(base64, "base64");
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
