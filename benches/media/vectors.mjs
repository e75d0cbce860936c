/** The ten nearest of a hundred thousand rows of 768 numbers. */
import { VectorIndex } from "workers-ai-wasm";
import { randomFrom } from "../random.mjs";

const COUNT = 100_000;
const DIMENSIONS = 768;
const NEAREST = 10;
/** Rows added at once. */
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
    lengths[row] = Math.sqrt(dot(rows, from, rows, from));
  }
  const wanted = nearest(rows, lengths, query);
  return {
    name: "10 nearest of 100,000 x 768",
    contenders: {
      ours: () => index.search(query, NEAREST).map(({ id }) => id),
      "a JS loop": () => nearest(rows, lengths, query),
    },
    same: (ids) => ids.join() === wanted.join(),
    goals: { "a JS loop": 4 },
  };
}

/** Lengths are known beforehand, four sums run beside each other, and only what may be among the best is compared. */
function nearest(rows, lengths, query) {
  const length = Math.sqrt(dot(query, 0, query, 0));
  const best = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < COUNT; row++) {
    const score = dot(rows, row * DIMENSIONS, query, 0) / (lengths[row] * length);
    if (score <= least && best.length === NEAREST) continue;
    best.push({ row, score });
    best.sort((a, b) => b.score - a.score);
    if (best.length > NEAREST) best.pop();
    least = best.at(-1).score;
  }
  return best.map(({ row }) => row);
}

function dot(a, from, b, other) {
  let [one, two, three, four] = [0, 0, 0, 0];
  for (let at = 0; at < DIMENSIONS; at += 4) {
    one += a[from + at] * b[other + at];
    two += a[from + at + 1] * b[other + at + 1];
    three += a[from + at + 2] * b[other + at + 2];
    four += a[from + at + 3] * b[other + at + 3];
  }
  return one + two + three + four;
}
