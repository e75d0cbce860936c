const ORPHAN_CHECK_MS = 250;

/**
 * A signal that aborts when the process must stop: at Ctrl-C, SIGTERM, or the end of the npm that runs it.
 * The listeners stay: libraries that clean up at exit end the process themselves when they see no listener
 * but their own.
 */
export function stopSignal() {
  const controller = new AbortController();
  const stop = () => controller.abort();
  for (const name of ["SIGINT", "SIGTERM"]) process.on(name, stop);
  if (process.env.npm_lifecycle_event) onOrphaned(stop);
  return controller.signal;
}

/**
 * npm sends SIGTERM to the shell between it and this process. The shell ends without passing it on, so only
 * its end can be detected.
 */
function onOrphaned(stop) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, ORPHAN_CHECK_MS);
  timer.unref();
}

/** Resolves when the signal aborts. */
export const aborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
