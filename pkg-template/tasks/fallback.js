// The option `fallback`: when a model cannot answer, the next one is asked.

import { Call, isResponse, isStream } from "../core.js";
import { fallbackModels, otherModelHelps } from "./endpoint-ask.js";
import { outlineOf } from "./outline.js";
import { copyOf } from "./template.js";

const DEPTH = 8;
/** In less time nobody answers; and timers may be a little early. */
const LEAST_MS = 2;

/**
 * Calls a method until a model answers. A stream that has begun is an answer: what breaks it later is the caller's to see.
 *
 * @param {(client: object, model: string, input: unknown, options: object) => Promise<unknown>} method
 * @param {object} client
 * @param {string} model
 * @param {unknown} input
 * @param {{ fallback: string[] }} options
 */
export async function tryModels(method, client, model, input, { fallback, ...options }) {
  // Refuses options that are none, and knows the limit for all models together.
  const { facts, guard } = new Call(client, model, undefined, options, () => ({ replayable: true }));
  guard.release();
  const { models } = fallbackModels(model, outlineOf(fallback));
  // What can be read only once can be sent only once.
  const candidates = isReadOnce(input, 0) ? [model] : models;
  const kept = candidates.length > 1 ? copyOf(input) : input;
  const { total } = facts.timeouts;
  const startedAt = performance.now();
  let attempts = 0;
  for (const [place, candidate] of candidates.entries()) {
    const elapsed = performance.now() - startedAt;
    try {
      const answer = await method(client, candidate, kept, within(options, total, elapsed));
      const { meta } = answer ?? {};
      if (typeof meta?.door === "string" && typeof meta.attempts === "number") meta.attempts += attempts;
      return answer;
    } catch (error) {
      attempts += error?.attempts ?? 0;
      const isLast = place === candidates.length - 1;
      const isOver = total !== undefined && total - (performance.now() - startedAt) < LEAST_MS;
      if (isLast || isOver || !otherModelHelps(error?.code)) {
        if (error?.attempts !== undefined) error.attempts = attempts;
        throw error;
      }
    }
  }
}

/** Options with what is left of the limit for the whole call. */
function within(options, total, elapsed) {
  if (total === undefined || elapsed < 1) return options;
  const { timeout } = options;
  const limits = typeof timeout === "object" ? timeout : {};
  return { ...options, timeout: { ...limits, total: Math.max(1, total - elapsed) } };
}

function isReadOnce(value, depth) {
  if (typeof value !== "object" || value === null || depth > DEPTH || ArrayBuffer.isView(value)) return false;
  if (isStream(value) || isResponse(value)) return true;
  const members = Array.isArray(value) && typeof value[0] === "number" ? [] : Object.values(value);
  return members.some((member) => isReadOnce(member, depth + 1));
}
