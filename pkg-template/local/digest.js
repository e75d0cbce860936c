// A short, stable fingerprint of a request (FNV-1a, 64 bits), so that a test can tell whose answer it got.
// Not a security measure: anything cryptographic would be asynchronous here and gain nothing.

const encoder = new TextEncoder();
const WORD = 2 ** 32;
/** The lowest bits of FNV's prime, which is 2^40 and these. */
const PRIME = 435;

/** From so many bytes on, four are taken at a time. */
const LONG = 16384;

/** Sixteen hex digits that depend on every byte. */
export function digestBytes(bytes) {
  return (bytes.length >= LONG ? hashWords(bytes) : hashBytes(bytes))
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
}

/** The 64 bits as two numbers, since BigInt is slow: h * (2^40 + 435), modulo 2^64. */
function hashBytes(bytes) {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME;
    high = (high * PRIME + Math.floor(product / WORD) + low * 256) % WORD;
    low = product % WORD;
  }
  return [high, low];
}

/** The upper and the lower half of a short text's hash. */
export const hashOf = (text) => hashBytes(encoder.encode(text));

/** The same by words, several times faster: two products of 32 bits each. */
function hashWords(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [high, low] = [0xcbf29ce4, 0x84222325];
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const word = view.getUint32(at, true);
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ word ^ (low >>> 15), 0x85ebca6b);
  }
  const rest = [...bytes.subarray(whole), bytes.length & 0xff];
  for (const byte of rest) low = Math.imul(low ^ byte, 0x01000193);
  return [high ^ (low >>> 13), low].map((word) => word >>> 0);
}

/** The same of a text's bytes. */
export const digest = (text) => digestBytes(encoder.encode(text));

/** JSON with sorted keys, so that the order of members doesn't change a digest. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (value && typeof value === "object") {
    const members = Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined);
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
  }
  return JSON.stringify(value) ?? "null";
}

/** Delivery, not content: the same question streamed or not, by whichever door, has the same digest. */
const DELIVERY = new Set(["stream", "stream_options", "model", "options"]);

/** The digest that the stand-in puts into its answer to these inputs. */
export function inputsDigest(model, inputs) {
  const content = Object.fromEntries(Object.entries(inputs).filter(([key]) => !DELIVERY.has(key)));
  return digest(`${model}\n${canonical(content)}`).slice(0, 12);
}

/** A small repeatable random source, seeded by a text. */
export function randomFrom(seed) {
  let state = Number(BigInt(`0x${digest(seed)}`) & 0xffffffffn) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
