// A result that can be iterated item by item, or awaited as a whole.

/**
 * @param {() => Promise<{ each(): AsyncIterator, all(): Promise }>} begin called once, at the first iteration
 *   or `await`
 */
export function iterable(begin) {
  let begun;
  const source = () => (begun ??= begin());
  const all = () => source().then((each) => each.all());
  return {
    // biome-ignore lint/suspicious/noThenProperty: it is awaited as well as iterated.
    then: (done, failed) => all().then(done, failed),
    catch: (failed) => all().catch(failed),
    finally: (ended) => all().finally(ended),
    async *[Symbol.asyncIterator]() {
      yield* (await source()).each();
    },
  };
}
