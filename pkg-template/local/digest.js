// A short, stable fingerprint of a request (FNV-1a, 64 bits), so that a test can match an answer to its
// request. Not a security measure: anything cryptographic would be asynchronous here and gain nothing.

import { turn } from "./streams/turns.js";

const encoder = new TextEncoder();
const WORD = 2 ** 32;
/** The low bits of FNV's prime, which is 2^40 plus this. */
const PRIME = 435;

/** Length from which four bytes are processed at once. */
const LONG = 16384;

/** Sixteen hex digits that depend on every byte. */
export function digestBytes(bytes) {
  return (bytes.length >= LONG ? hashWords(bytes) : hashBytes(bytes))
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("");
}

/** The 64 bits as two numbers, since BigInt is slow: h * (2^40 + 435), modulo 2^64. */
function hashBytes(bytes, state = [0xcbf29ce4, 0x84222325]) {
  let [high, low] = state;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    const product = low * PRIME;
    high = (high * PRIME + Math.floor(product / WORD) + low * 256) % WORD;
    low = product % WORD;
  }
  return [high, low];
}

/** Hashes short texts that begin in the same way: the upper and the lower half of each. */
export function hasher(beginning) {
  const state = hashBytes(encoder.encode(beginning));
  const units = new Uint8Array(256);
  return (text) => {
    const { length } = text;
    if (length > units.length) return hashBytes(encoder.encode(text), state);
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at);
      if (unit > 0x7f) return hashBytes(encoder.encode(text), state);
      units[at] = unit;
    }
    return hashBytes(units.subarray(0, length), state);
  };
}

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

const contentOf = (inputs) =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => !DELIVERY.has(key)));
const shortDigest = (model, text) => digest(`${model}\n${text}`).slice(0, 12);

/** The digest that the stand-in puts into its answer to these inputs. */
export const inputsDigest = (model, inputs) => shortDigest(model, canonical(contentOf(inputs)));

/** The same for inputs of any size: large ones are processed in turns, which returns a promise. */
export function inputsDigestInTurns(model, inputs) {
  const content = contentOf(inputs);
  if (less(MANY, content) >= 0) return shortDigest(model, canonical(content));
  return canonicalInTurns(content).then((text) => shortDigest(model, text));
}

/**
 * Size from which the parts of a value are processed in separate turns: values, and characters of strings.
 */
const MANY = 2000;
const CHARACTERS = 32;
const UNITS_OF_VALUE = 50;

/** The rest of `left` after a value is subtracted; negative if the value is larger. */
function less(left, value) {
  if (typeof value === "string") return left - value.length / CHARACTERS;
  if (value === null || typeof value !== "object") return left - 1;
  let rest = left - 1;
  for (const name in value) if (rest >= 0) rest = less(rest, value[name]);
  return rest;
}

async function canonicalInTurns(value) {
  const left = less(MANY, value);
  await turn(UNITS_OF_VALUE * (MANY - Math.max(0, left)));
  if (left >= 0 || value === null || typeof value !== "object") return canonical(value);
  const parts = [];
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      // As many parts at once as are small together.
      let end = at;
      for (let room = MANY; end < value.length && room >= 0; end++) room = less(room, value[end]);
      if (end - at > 1) {
        await turn(UNITS_OF_VALUE * MANY);
        parts.push(canonical(value.slice(at, end - 1)).slice(1, -1));
        at = end - 2;
      } else parts.push(await canonicalInTurns(value[at] ?? null));
    }
    return `[${parts.join(",")}]`;
  }
  for (const key of Object.keys(value).sort())
    if (value[key] !== undefined) parts.push(`${JSON.stringify(key)}:${await canonicalInTurns(value[key])}`);
  return `{${parts.join(",")}}`;
}

/** A seeded pseudo-random generator. */
export function randomFrom(seed) {
  let state = Number.parseInt(digest(seed).slice(8), 16) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
