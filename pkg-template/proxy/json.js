// A JSON object out of a body's bytes.

import { Refusal } from "./refusal.js";

/** Deeper nesting is refused: no model takes it, and what walks over inputs may recurse. */
const MAX_DEPTH = 512;
const OPENING_BRACE = 0x7b;
/** JSON's blanks; the bytes of byte order marks; NUL, which other encodings of Unicode have beside every letter. */
const BEFORE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00]);

/** The object of inputs that a body is. */
export function parseInputs(bytes) {
  let value;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal(400, "The body must be JSON.");
  }
  if (!isInputs(value)) throw new Refusal(400, "The body must be a JSON object.");
  checkDepth(value);
  return value;
}

export const isInputs = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The object of inputs that the service would read in a body of another type, which it does whatever that type is; undefined where the bytes
 * are none. The service may read more than is read here: an encoding that is not UTF-8, or bytes that are wrong in it.
 */
export function inputsIn(bytes) {
  let start = 0;
  while (start < bytes.length && BEFORE.has(bytes[start])) start++;
  if (bytes[start] !== OPENING_BRACE) return undefined;
  if (bytes.subarray(0, start + 2).includes(0)) throw new Refusal(400, "JSON must be UTF-8.");
  const value = tolerant(bytes);
  if (value !== undefined) checkDepth(value);
  return value;
}

/** What begins like JSON and is text throughout is JSON, and wrong; samples of sound may begin in any way. */
function tolerant(bytes) {
  let isText = true;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    isText = false;
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    if (isText) throw new Refusal(400, "The body must be JSON.");
    return undefined;
  }
}

function checkDepth(value) {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) throw new Refusal(400, "The body is nested too deeply.");
    const next = [];
    for (const outer of level) {
      for (const inner of Object.values(outer)) {
        if (typeof inner === "object" && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
}
