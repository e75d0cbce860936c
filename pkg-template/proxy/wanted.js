// Hooks of the owner's may never settle: they are waited for only as long as somebody wants the answer.

/**
 * What a hook gives, or the reason for which its request was given up.
 *
 * @template T
 * @param {Request} request
 * @param {T | Promise<T>} returned
 * @returns {T | Promise<T>}
 */
export function whileWanted({ signal }, returned) {
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
