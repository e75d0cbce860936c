// The protocol of async iteration, which wasm cannot implement.

/**
 * Yields the results of `next` up to `undefined`. Leaving the loop cancels the pending work.
 *
 * @param {{ next(): Promise<unknown>, free(): void }} steps
 */
export async function* each(steps) {
  try {
    for (;;) {
      const step = await steps.next();
      if (step === undefined) return;
      yield step;
    }
  } finally {
    steps.free();
  }
}
