// The errors of streams. If a guard is passed, they carry the ids and counts of its call.

import { failure } from "../client/failure.js";
import { errorOfStream } from "../workers_ai_wasm.js";

/** The error of a failed stream; the numbers of its kinds are defined in src/wire/failure_kind.rs. */
export function streamError(guard, kind, text, limit) {
  if (guard !== undefined && "failure" in guard) return guard.failure(kind, text, limit);
  return errorOfStream(kind, limit, text);
}

/** The error of a broken connection. */
export function connectionError(guard, cause) {
  if (guard !== undefined && "broken" in guard) return guard.broken(cause);
  return failure("NETWORK", "The connection broke while the stream was read. Try again.", { cause });
}

/** The error of an aborted reading. */
export const abortError = (cause) => failure("ABORTED", "The reading was aborted.", { cause });

/** The error of a second reading. */
export const consumed = () =>
  failure("STREAM_CONSUMED", "A stream can be read once: call tee() before reading to get two.");
