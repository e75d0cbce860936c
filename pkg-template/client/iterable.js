// What gives one thing after another to a loop, and all of them to who awaits it.

/**
 * @param {() => Promise<{ each(): AsyncIterator, all(): Promise }>} begin is called once, when somebody loops or awaits
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
