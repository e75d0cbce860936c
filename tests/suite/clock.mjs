/** A clock that a test sets: the package reads `performance.now` and sleeps by `setTimeout`, and both obey here. */

const turn = () => new Promise((resolve) => realSetTimeout(resolve, 0));
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/**
 * Runs a test under such a clock. Nothing else may be going on.
 *
 * @param {(clock: { now: () => number, pass: (ms: number) => Promise<void>, settle: () => Promise<void> }) => Promise<void>} body
 * @param {number} [startedAt] what the clock shows first, in milliseconds
 */
export async function withClock(body, startedAt = performance.now()) {
  const names = ["performance", "setTimeout", "clearTimeout"];
  const real = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  let now = startedAt;
  let timers = [];
  let last = 0;
  const set = (name, value) => {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  };
  set("performance", { now: () => now });
  set("setTimeout", (work, ms = 0, ...args) => {
    // Node's own code wants more of a timer than a number.
    const timer = {
      id: last++,
      at: now + ms,
      work: () => work(...args),
      ref: () => timer,
      unref: () => timer,
    };
    timers.push(timer);
    return timer;
  });
  set("clearTimeout", (timer) => {
    if (timers.includes(timer)) timers = timers.filter((other) => other !== timer);
    else realClearTimeout(timer);
  });
  /** Lets everything happen that needs no time. */
  const settle = async () => {
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  const pass = async (ms) => {
    const end = now + ms;
    await settle();
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (due === undefined) break;
      timers = timers.filter((timer) => timer !== due);
      now = Math.max(now, due.at);
      due.work();
      await settle();
    }
    now = end;
  };
  try {
    await body({ now: () => now - startedAt, pass, settle, waiting: () => timers.length });
  } finally {
    for (const [name, descriptor] of real) {
      if (descriptor === undefined) delete globalThis[name];
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
}
