// The errors of streams. With a guard, that of the call behind the stream, they carry what is known of that call.

import { failure, refusal } from "../client/failure.js";
import { errorOfStream } from "../workers_ai_wasm.js";

/** A stream that failed; the numbers are those of src/wire/trouble.rs. */
export function streamError(guard, trouble, told, limit) {
  if (guard !== undefined && "trouble" in guard) return guard.trouble(trouble, told, limit);
  return errorOfStream(trouble, limit, told);
}

/** A connection that broke. */
export function connectionError(guard, cause) {
  if (guard !== undefined && "broken" in guard) return guard.broken(cause);
  return failure("NETWORK", "The connection broke while the stream was read. Try again.", { cause });
}

/** A reader who gave up. */
export const abortError = (cause) => failure("ABORTED", "The reading was aborted.", { cause });

/** An argument that can't be used. */
export const refused = refusal;

/** A second reading. */
export const consumed = () =>
  failure("STREAM_CONSUMED", "A stream can be read once: call tee() before reading to get two.");
