// The language of faults: `capacity, times=2` or `chunk=1, delay=20, error-event`. The same text works as
// an option of the service and, for one call, in the `x-local-fault` header (through the binding:
// `extraHeaders`).

import { STAGES } from "./body.js";
import { ERROR_NAMES } from "./errors.js";
import { EVENT_SHAPES } from "./events.js";
import { SHAPE_NAMES } from "./shapes.js";

/** Faults with a numeric value; the meaning is documented where the value is used. */
const NUMBERS = new Set(
  "busy delay error retry-after retry-after-ms retry-date times after status fail-item".split(" "),
);
/** Faults without a value. */
const FLAGS = new Set(
  "hang edge edge-text charset whole-json quote disconnect hints sized bad-gzip".split(" "),
);
/** Faults with a text value, and the allowed values if they are limited. */
const TEXTS = {
  id: null,
  redirect: null,
  "content-type": null,
  shape: SHAPE_NAMES,
  "event-shape": EVENT_SHAPES,
};

/** Limits of generated sizes, and of waiting times. */
const MOST_BYTES = 256 * 2 ** 20;
const MOST_MS = 2 ** 31 - 1;
const RANGES = {
  status: [200, 599],
  empty: [200, 599],
  error: [0, 99_999],
  "error-event": [0, 99_999],
};

/** The error for an unknown fault, or one without its number. */
export class FaultSyntaxError extends TypeError {
  name = "FaultSyntaxError";
}

/**
 * @param {string | Record<string, unknown> | null | undefined} faults
 * @returns {Record<string, number | true | string>} name to value
 */
export function parseFaults(faults) {
  if (!faults) return {};
  const entries = typeof faults === "string" ? split(faults) : Object.entries(faults);
  return Object.fromEntries(
    entries
      .filter(([, value]) => value !== false && value !== undefined)
      .map(([name, value]) => [name, check(name, value)]),
  );
}

function unknown(name) {
  const known = [
    ...NUMBERS,
    ...FLAGS,
    ...Object.keys(TEXTS),
    ...Object.keys(STAGES),
    ...ERROR_NAMES,
    "empty",
  ];
  return `Unknown fault "${name.slice(0, 60)}". There are ${[...new Set(known)].sort().join(", ")}`;
}

const split = (text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf("=");
      return at < 0 ? [part, true] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    });

function check(name, value) {
  if (Object.hasOwn(TEXTS, name)) {
    const allowed = TEXTS[name];
    if (value === true || (allowed && !allowed.has(value)))
      throw new FaultSyntaxError(`The fault "${name}" needs ${allowed ? [...allowed].join(", ") : "a text"}`);
    return String(value);
  }
  if (ERROR_NAMES.has(name) || FLAGS.has(name)) return true;
  const optional = name === "empty" || Object.hasOwn(STAGES, name);
  if (!optional && !NUMBERS.has(name)) throw new FaultSyntaxError(unknown(name));
  if (optional && value === true) return true;
  const number = Number(value);
  if (!Number.isFinite(number) || number < 0 || value === true)
    throw new FaultSyntaxError(`The fault "${name}" needs a number: ${name}=1`);
  const [least, most] = RANGES[name] ?? [0, Object.hasOwn(STAGES, name) ? MOST_BYTES : MOST_MS];
  if (number < least || number > most)
    throw new FaultSyntaxError(`The fault "${name}" needs a number from ${least} to ${most}`);
  return number;
}
