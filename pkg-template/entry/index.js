/** The entry of everything but workerd: the wasm comes along as text and is compiled while this file loads. */
import { deflated, size } from "./bytes.js";
import { inflate } from "./inflate.js";
import { install } from "./runtime.js";
import { initSync } from "./workers_ai_wasm.js";

install(initSync({ module: inflate(decode(deflated), size) }));

export { events, isWorkersAIError, WorkersAI, WorkersAIError } from "./runtime.js";

/** Base64 to bytes. The built-in decoder is younger than the oldest runtimes that are served. */
function decode(base64) {
  if (typeof Uint8Array.fromBase64 === "function") return Uint8Array.fromBase64(base64);
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
