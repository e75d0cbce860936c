// The errors of streams. With a guard, that of the call behind the stream, they carry what is known of that call.

import { failure } from "../client/failure.js";
import { errorOfStream } from "../workers_ai_wasm.js";

/** A stream that failed; the numbers are those of src/wire/failure_kind.rs. */
export function streamError(guard, kind, text, limit) {
  if (guard !== undefined && "failure" in guard) return guard.failure(kind, text, limit);
  return errorOfStream(kind, limit, text);
}

/** A connection that broke. */
export function connectionError(guard, cause) {
  if (guard !== undefined && "broken" in guard) return guard.broken(cause);
  return failure("NETWORK", "The connection broke while the stream was read. Try again.", { cause });
}

/** A reader who gave up. */
export const abortError = (cause) => failure("ABORTED", "The reading was aborted.", { cause });

/** A second reading. */
export const consumed = () =>
  failure("STREAM_CONSUMED", "A stream can be read once: call tee() before reading to get two.");
