/**
 * The speed of a streamed object, compared with the plain text of the same stream and with parsing again at
 * each piece. `npm run bench -- objects`.
 */
import path from "node:path";
import { capture, root } from "../tools/setup/process.mjs";
import { save } from "./results.mjs";
import { median, ratio } from "./stats.mjs";

const CHUNKINGS = ["1 event", "16 KB"];
const ROUNDS = 15;
/** Pieces of JSON per reply. */
const TOKENS = 2000;

/** @param {string} node the path of Node @param {{ rounds?: number, tokens?: number }} settings */
export async function runObjects(node, { rounds = ROUNDS, tokens = TOKENS } = {}) {
  const measured = [];
  for (const chunking of CHUNKINGS) {
    const file = path.join(root, "benches", "objects", "program.mjs");
    const { status, stdout, output } = await capture(node, [
      file,
      JSON.stringify({ chunking, rounds, tokens }),
    ]);
    if (status !== 0) throw new Error(`${chunking} failed:\n${output}`);
    const result = JSON.parse(stdout.trim().split("\n").at(-1));
    measured.push(result);
    print(result);
  }
  console.log(`\nwritten to ${await save("objects", { cases: measured })}`);
}

function print({ name, tokens, times, goals }) {
  const each = (median(times["ours: partials"]) * 1e6) / tokens;
  console.log(`\n${name}: partial objects take ${each.toFixed(0)} ns a piece; times of others divided by it`);
  for (const [contender, samples] of Object.entries(times)) {
    if (contender === "ours: partials") continue;
    const factor = ratio(samples, times["ours: partials"]);
    const goal = goals[contender];
    const judged =
      goal === undefined ? "" : `  goal ${goal.toFixed(2)}x ${factor >= goal ? "met" : "MISSED"}`;
    console.log(`  ${contender.padEnd(32)} ${factor.toFixed(2).padStart(8)}${judged}`);
  }
}
