/** Decompression for the wasm that travels as text. The standard one of the platforms is asynchronous; those on servers have another. */
import { inflateSync } from "fflate";

/**
 * A module that travelled as text. What is read was made by the build, so nothing is checked: a file that was damaged on its way is refused by
 * the WebAssembly compiler.
 *
 * @param {string} deflated raw deflate in base64
 * @param {number} size how many bytes come out
 */
export function unpack(deflated, size) {
  const bytes = decode(deflated);
  return native()?.(bytes) ?? inflateSync(bytes, { out: new Uint8Array(size) });
}

/** Node, Deno and Bun inflate several times faster than a script that has just been loaded. */
function native() {
  return globalThis.process?.getBuiltinModule?.("node:zlib")?.inflateRawSync;
}

/** Base64 to bytes. The built-in decoder is younger than the oldest runtimes that are served. */
function decode(base64) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64);
  if (typeof globalThis.Buffer?.from === "function") return globalThis.Buffer.from(base64, "base64");
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
