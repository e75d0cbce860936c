// The least that a channel needs of a guard, for streams that no request of ours stands behind: the caller's signal.

import { abortError } from "./errors.js";

/** A guard around the caller's signal; undefined when there is none. */
export function startGuard(signal) {
  if (signal === undefined || signal === null) return undefined;
  const controller = new AbortController();
  const abort = () => controller.abort(abortError(signal.reason));
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  const release = () => signal.removeEventListener("abort", abort);
  return { signal: controller.signal, abort: release, firstByte() {}, expire() {}, release };
}
