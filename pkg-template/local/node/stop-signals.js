/**
 * A signal that aborts when the process is told to stop (Ctrl-C, SIGTERM). The listeners stay: libraries that clean up at exit
 * end the process themselves when they see no listener but their own.
 */
export function stopSignal() {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => controller.abort());
  return controller.signal;
}

/** Resolves when the signal aborts. */
export const aborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
