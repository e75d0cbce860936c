// One signal for several requests: the caller's, and our own for when one of them has failed.

/**
 * @template Result
 * @param {{ signal?: AbortSignal } | undefined} options the caller's
 * @param {(options: object) => Promise<Result>} work gets options for each request
 * @returns {Promise<Result>} what `work` gives; whatever it has begun is aborted when it is over
 */
export async function withAbort(options, work) {
  const { own, end } = linked(options);
  try {
    return await work(own);
  } finally {
    end();
  }
}

/** `{ own, end }`: options for each request, and what aborts those that still run. */
export function linked(options) {
  const signal = options?.signal;
  const controller = new AbortController();
  // Something that is no signal is refused by the core, with its name.
  if (signal !== undefined && typeof signal?.addEventListener !== "function") return { own: options, end() {} };
  const abort = () => controller.abort(signal.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener("abort", abort);
  const end = () => {
    signal?.removeEventListener("abort", abort);
    controller.abort();
  };
  return { own: { ...options, signal: controller.signal }, end };
}
