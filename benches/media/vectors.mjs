/** The ten nearest of a hundred thousand rows of 768 numbers. */
import { VectorIndex } from "workers-ai-wasm";
import { randomFrom } from "../random.mjs";

const COUNT = 100_000;
const DIMENSIONS = 768;
const NEAREST = 10;
/** Rows added per call. */
const PIECE = 10_000;

export function vectors() {
  const random = randomFrom(11);
  const rows = new Float32Array(COUNT * DIMENSIONS);
  for (let at = 0; at < rows.length; at++) rows[at] = random() - 0.5;
  const query = Float32Array.from({ length: DIMENSIONS }, () => random() - 0.5);
  const index = new VectorIndex({ dimensions: DIMENSIONS, metric: "cosine" });
  for (let at = 0; at < COUNT; at += PIECE) {
    index.add(rows.subarray(at * DIMENSIONS, (at + PIECE) * DIMENSIONS));
  }
  const lengths = new Float64Array(COUNT);
  for (let row = 0; row < COUNT; row++) {
    const from = row * DIMENSIONS;
    lengths[row] = Math.sqrt(exactDot(rows, from, rows.subarray(from)));
  }
  const wanted = JSON.stringify(nearest(rows, lengths, query));
  return {
    name: "10 nearest of 100,000 x 768",
    contenders: {
      ours: () => index.search(query, NEAREST),
      "a JS loop": () => nearest(rows, lengths, query),
    },
    // Exact equality.
    same: (found) => JSON.stringify(found) === wanted,
    goals: { "a JS loop": 8 },
  };
}

/**
 * The maximum difference between four parallel sums and a single one, relative to the product of the lengths:
 * far above the real one.
 */
const ROUNDING = 1e-12;

/**
 * Lengths are precomputed, and four sums run in parallel; candidates for the best are summed again in
 * sequential order, so that scores do not depend on the loop's implementation.
 */
function nearest(rows, lengths, query) {
  const length = Math.sqrt(exactDot(query, 0, query));
  const best = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < COUNT; row++) {
    if (dot(rows, row * DIMENSIONS, query) / (lengths[row] * length) < least - ROUNDING) continue;
    const score = exactDot(rows, row * DIMENSIONS, query) / (length * lengths[row]);
    if (score <= least && best.length === NEAREST) continue;
    best.push({ id: row, score });
    best.sort((a, b) => b.score - a.score);
    if (best.length > NEAREST) best.pop();
    if (best.length === NEAREST) least = best[NEAREST - 1].score;
  }
  return best;
}

function dot(rows, from, query) {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < DIMENSIONS; at += 4) {
    one += rows[from + at] * query[at];
    two += rows[from + at + 1] * query[at + 1];
    three += rows[from + at + 2] * query[at + 2];
    four += rows[from + at + 3] * query[at + 3];
  }
  return one + two + three + four;
}

function exactDot(rows, from, query) {
  let sum = 0;
  for (let at = 0; at < DIMENSIONS; at++) sum += rows[from + at] * query[at];
  return sum;
}
