/**
 * The measuring itself. Contenders take turns, one sample each in every round, so that whatever else the machine does
 * falls on all of them; the order rotates, so that nobody always runs in another's wake.
 */
import { median, spread } from "./stats.mjs";

/** Warm-up ends when a contender's last three samples are this close, or after so many rounds. */
const STABLE = 0.1;
const WARM_ROUNDS = 8;
/** A sample is repeated calls until it lasts this long: clocks are coarse, in browsers above all. */
const SAMPLE_MS = 4;
/** Who needs longer than this for one call takes part in every third round only. */
const SLOW_MS = 60;

/**
 * @param {{ name: string, run: () => Promise<void> }[]} entrants
 * @param {number} rounds
 * @returns {Promise<Record<string, number>>} milliseconds that one call takes, the median
 */
export async function measure(entrants, rounds) {
  const entries = entrants.map(({ name, run }) => ({ name, run, calls: 1, every: 1, samples: [] }));
  await warmUp(entries);
  for (const entry of entries) {
    const last = entry.samples.at(-1);
    entry.calls = Math.max(1, Math.ceil(SAMPLE_MS / last));
    entry.every = last > SLOW_MS ? 3 : 1;
    entry.samples = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(turn + round) % entries.length];
      if (round % entry.every === 0) await sample(entry);
    }
  }
  return Object.fromEntries(entries.map(({ name, samples }) => [name, median(samples)]));
}

async function warmUp(entries) {
  for (let round = 0; round < WARM_ROUNDS; round++) {
    for (const entry of entries) {
      if (!isWarm(entry)) await sample(entry);
    }
    if (entries.every(isWarm)) return;
  }
}

function isWarm({ samples }) {
  const last = samples.slice(-3);
  return last.length === 3 && (spread(last) < STABLE || last[2] > SLOW_MS);
}

async function sample(entry) {
  const start = performance.now();
  for (let call = 0; call < entry.calls; call++) await entry.run();
  entry.samples.push((performance.now() - start) / entry.calls);
}
