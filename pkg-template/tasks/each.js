// The protocol of async iteration, which has no form in wasm.

/**
 * Gives what `next` gives, one after the other, up to `undefined`; whoever leaves the loop ends what is under way.
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
