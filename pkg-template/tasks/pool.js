// Several requests at a time, their results in order.

/**
 * Runs jobs, `concurrency` at a time, and gives what they give in their order. A job is begun when there is room for it; with the
 * results that nobody has taken yet there are never more than `concurrency` of them. The first failure, in the jobs' order, ends it; the
 * results of what was begun behind it are thrown away.
 *
 * @template Job, Result
 * @param {AsyncGenerator<Job>} jobs
 * @param {number} concurrency
 * @param {(job: Job) => Promise<Result>} work
 * @returns {AsyncGenerator<Result>}
 */
export async function* inOrder(jobs, concurrency, work) {
  const begun = [];
  let pulling;
  let over = false;
  const pull = async () => {
    const { value, done } = await jobs.next();
    pulling = undefined;
    if (done) over = true;
    else begun.push(quiet(work(value)));
  };
  try {
    for (;;) {
      if (!over && begun.length < concurrency) pulling ??= quiet(pull());
      if (begun.length === 0) {
        if (over) return;
        await pulling;
      } else if (pulling === undefined || (await isFirst(begun[0], pulling))) {
        yield await begun.shift();
      } else {
        // There is one more job, or none, or their source has failed.
        await pulling;
      }
    }
  } finally {
    // Whoever is slow to give a job is not waited for.
    quiet(jobs.return());
  }
}

/** Is a promise settled before another one is? */
const isFirst = (promise, other) => Promise.race([settled(promise, true), settled(other, false)]);
const settled = (promise, value) =>
  promise.then(
    () => value,
    () => value,
  );

/** Nobody may be waiting yet when it fails. */
function quiet(promise) {
  promise.catch(() => {});
  return promise;
}
