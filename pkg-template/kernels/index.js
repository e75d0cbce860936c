// The kernels, for the tasks.

export { Base64Reader, decodeBase64, encodeBase64, readBase64 } from "./base64.js";
export { asBase64, asNumbers, MediaBody } from "./body.js";
export { FloatsReader, readFloats } from "./floats.js";
export { collect, sniff } from "./media.js";
export { toNumbers } from "./numbers.js";
