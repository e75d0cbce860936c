/**
 * The measurement. Contenders take turns, one sample each per round, so that other load on the machine
 * affects all of them; the order is random in each round, so that no contender always runs after the same
 * one.
 */
import { randomFrom } from "./random.mjs";
import { spread } from "./stats.mjs";

/**
 * Warm-up ends when a contender's last three samples differ by at most this share, or after a number of
 * rounds.
 */
const STABLE = 0.1;
const WARM_ROUNDS = 8;
/** A sample is repeated calls until it lasts this long: clocks are coarse, especially in browsers. */
const SAMPLE_MS = 12;
/** Contenders that need longer than this for one call take part in every third round only. */
const SLOW_MS = 60;
const SLOW_ROUNDS = 3;

/**
 * @param {{ name: string, run: () => Promise<void> }[]} entrants
 * @param {number} rounds
 * @returns {Promise<Record<string, (number | null)[]>>} milliseconds of one call, by round; null if it did
 *   not take part
 */
export async function measure(entrants, rounds) {
  const entries = entrants.map(({ name, run }) => ({ name, run, calls: 1, slow: false, samples: [] }));
  await warmUp(entries);
  for (const entry of entries) {
    const last = entry.samples.at(-1);
    entry.calls = Math.max(1, Math.ceil(SAMPLE_MS / last));
    entry.slow = last > SLOW_MS;
    entry.samples = [];
  }
  const random = randomFrom(5);
  for (let round = 0; round < rounds; round++) {
    for (const entry of shuffled(entries, random)) {
      if (!entry.slow || round % SLOW_ROUNDS === 0) await sample(entry);
      else entry.samples.push(null);
    }
  }
  return Object.fromEntries(entries.map(({ name, samples }) => [name, samples]));
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

function shuffled(entries, random) {
  return entries
    .map((entry) => ({ entry, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
}

async function sample(entry) {
  // Not measured: removes effects of the previous contender (cold caches, garbage). Once is not enough for
  // short calls: the collector may still be busy with megabytes that others have dropped.
  if (!entry.slow) for (let call = 0; call < entry.calls; call++) await entry.run();
  const start = performance.now();
  for (let call = 0; call < entry.calls; call++) await entry.run();
  entry.samples.push((performance.now() - start) / entry.calls);
}
