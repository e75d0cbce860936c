// Several requests at a time, their results in order.

/**
 * Runs jobs, `concurrency` at a time, and gives what they give in their order. A job is begun when there is room for it; with the
 * results that nobody has taken yet there are never more than `concurrency` of them. The first failure, in the jobs' order, ends it; of what
 * was begun behind it the results are thrown away.
 *
 * @template Job, Result
 * @param {AsyncIterable<Job> | Iterable<Job>} jobs
 * @param {number} concurrency
 * @param {(job: Job) => Promise<Result>} work
 * @returns {AsyncGenerator<Result>}
 */
export async function* inOrder(jobs, concurrency, work) {
  const iterator = jobs[Symbol.asyncIterator]?.() ?? jobs[Symbol.iterator]();
  const begun = [];
  let over = false;
  try {
    for (;;) {
      while (!over && begun.length < concurrency) {
        const { value, done } = await iterator.next();
        if (done) over = true;
        else begun.push(quiet(work(value)));
      }
      if (begun.length === 0) return;
      yield await begun.shift();
    }
  } finally {
    if (!over) await iterator.return?.();
  }
}

/** Nobody may be waiting yet when it fails. */
function quiet(promise) {
  promise.catch(() => {});
  return promise;
}
