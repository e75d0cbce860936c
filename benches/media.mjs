/**
 * The speed of media and vectors, compared with hand-written code and other clients. `npm run bench --
 * media`.
 */
import path from "node:path";
import { capture, root } from "../tools/setup/process.mjs";
import { save } from "./results.mjs";
import { median, ratio } from "./stats.mjs";

const CASES = ["image", "embeddings", "vectors"];
const ROUNDS = 15;

/** @param {string} node the path of Node @param {{ rounds?: number }} settings */
export async function runMedia(node, { rounds = ROUNDS } = {}) {
  const measured = [];
  for (const name of CASES) {
    const file = path.join(root, "benches", "media", "program.mjs");
    const { status, stdout, output } = await capture(node, [file, JSON.stringify({ name, rounds })]);
    if (status !== 0) throw new Error(`${name} failed:\n${output}`);
    const result = JSON.parse(stdout.trim().split("\n").at(-1));
    measured.push(result);
    print(result);
  }
  console.log(`\nwritten to ${await save("media", { cases: measured })}`);
}

function print({ name, times, goals }) {
  console.log(`\n${name}: ours takes ${median(times.ours).toFixed(2)} ms; times of others divided by it`);
  for (const [contender, samples] of Object.entries(times)) {
    if (contender === "ours") continue;
    const factor = ratio(samples, times.ours);
    const goal = goals[contender];
    const judged = goal === undefined ? "" : `  goal ${goal}x ${factor >= goal ? "met" : "MISSED"}`;
    console.log(`  ${contender.padEnd(26)} ${factor.toFixed(2).padStart(8)}${judged}`);
  }
}
