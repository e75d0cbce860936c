/** A controller that aborts with its parent; `unlink` drops the listener, so that a long-lived parent doesn't collect them. */
export function linkedController(parent) {
  const controller = new AbortController();
  controller.unlink = () => {};
  if (!parent) return controller;
  if (parent.aborted) {
    controller.abort(parent.reason);
    return controller;
  }
  const forward = () => controller.abort(parent.reason);
  parent.addEventListener("abort", forward, { once: true });
  controller.unlink = () => parent.removeEventListener("abort", forward);
  return controller;
}

/** Rejects when the signal aborts, otherwise settles like the promise. */
export function orAborted(promise, signal) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    // After an abort too: an unhandled rejection ends the process.
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Waits until the time has passed or the signal aborts. */
export function pause(milliseconds, signal) {
  let timer;
  const waited = new Promise((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  return orAborted(waited, signal).finally(() => clearTimeout(timer));
}

/** Never settles unless the signal aborts. */
export const forever = (signal) => orAborted(new Promise(() => {}), signal);
