// One signal for several requests: the caller's, and our own for when one of them has failed.

/** `{ own, end }`: options for each request, and what aborts those that still run. */
export function linked(options) {
  const signal = options?.signal;
  const controller = new AbortController();
  // Something that is no signal is refused by the core, with its name.
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    return { own: options, end() {} };
  const abort = () => controller.abort(signal.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort);
  const end = () => {
    signal?.removeEventListener("abort", abort);
    controller.abort();
  };
  return { own: { ...options, signal: controller.signal }, end };
}
