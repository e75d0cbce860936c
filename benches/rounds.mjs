/**
 * The measuring itself. Contenders take turns, one sample each in every round, so that whatever else the machine does
 * falls on all of them; the order is another one each time, so that nobody always runs in the same one's wake.
 */
import { randomFrom } from "./random.mjs";
import { spread } from "./stats.mjs";

/** Warm-up ends when a contender's last three samples are this close, or after so many rounds. */
const STABLE = 0.1;
const WARM_ROUNDS = 8;
/** A sample is repeated calls until it lasts this long: clocks are coarse, in browsers above all. */
const SAMPLE_MS = 12;
/** Who needs longer than this for one call takes part in every third round only. */
const SLOW_MS = 60;
const SLOW_ROUNDS = 3;

/**
 * @param {{ name: string, run: () => Promise<void> }[]} entrants
 * @param {number} rounds
 * @returns {Promise<Record<string, (number | null)[]>>} milliseconds that one call took, by round; null where one sat out
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
  // Off the clock: what the one before left behind (cold caches, garbage) is nobody's own cost. Once is too short where a call is: the
  // collector is still busy with megabytes that others have dropped.
  if (!entry.slow) for (let call = 0; call < entry.calls; call++) await entry.run();
  const start = performance.now();
  for (let call = 0; call < entry.calls; call++) await entry.run();
  entry.samples.push((performance.now() - start) / entry.calls);
}
