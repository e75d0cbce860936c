// Stops waiting for the owner's hooks, which may never settle, when the request is aborted.

/**
 * The result of a hook, or a rejection with the reason of the aborted request.
 *
 * @template T
 * @param {Request} request
 * @param {T | Promise<T>} returned
 * @returns {T | Promise<T>}
 */
export function untilAborted({ signal }, returned) {
  if (typeof returned?.then !== "function") return returned;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
    Promise.resolve(returned)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", onAbort));
  });
}
