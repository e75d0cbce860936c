// Parses a body as a JSON object.

import { Refusal } from "./refusal.js";

/** Limit of the nesting: no model accepts deeper input, and code that walks over inputs may recurse. */
const MAX_DEPTH = 512;
const OPENING_BRACE = 0x7b;
/**
 * JSON's white space; the bytes of byte order marks; NUL, which other Unicode encodings have beside ASCII.
 */
const BEFORE = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf, 0xfe, 0xff, 0x00]);

/** Parses a body that must be an object of inputs. */
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
 * Parses inputs in a body of another content type, since the service parses JSON whatever the type is;
 * undefined if there are none. The service may accept more than this parser: encodings other than UTF-8, or
 * invalid bytes.
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

/**
 * A body that begins like JSON and is text throughout is treated as invalid JSON; audio samples may begin
 * with any bytes.
 */
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
