/**
 * The provider for the AI SDK compared with `createAI` and `workers-ai-provider`: streams part by part, whole
 * programs through `ai`, calls, import time, and sizes in an application. `npm run bench -- ai-sdk`.
 */
import path from "node:path";
import { installFolder } from "../tests/runner/folder.mjs";
import { root } from "../tools/setup/process.mjs";
import { sizesOf } from "./ai-sdk/sizes.mjs";
import { runProgram, timeColumn } from "./child-program.mjs";
import { save } from "./results.mjs";
import { median, ratio } from "./stats.mjs";

const ROUNDS = 15;
/** Tokens per reply. */
const TOKENS = 5000;
/** The promised minimum ratios of the others' times to ours, by the name of a row. */
const GOALS = [
  [/1 event, doStream/, 3],
  [/16 KB, doStream/, 10],
  [/streamText of ai/, 1],
];

/** @param {string} node the program @param {{ rounds?: number, tokens?: number, cells?: string }} settings */
export async function runAISdk(node, { rounds = ROUNDS, tokens = TOKENS, cells = "" } = {}) {
  await installFolder(path.join(root, "tests", "ai-sdk"));
  console.log("\nnode: time of ours; times of others divided by it");
  const rows = [];
  await program(node, "program.mjs", { rounds, tokens, cells }, (row) => {
    rows.push(row);
    print(row);
  });
  const start = {};
  for (let round = 0; round < rounds; round++) {
    for (const name of ["ours", "createAI", "workers-ai-provider"])
      await program(node, "start.mjs", name, (ms) => (start[name] ??= []).push(ms));
  }
  const row = { name: "import, and the first stream", per: 1, times: start };
  rows.push(row);
  print(row);
  const sizes = await sizesOf();
  for (const [name, gzip] of Object.entries(sizes))
    console.log(`${name.padEnd(44)} ${(gzip / 1024).toFixed(1).padStart(8)} KiB of gzip in an application`);
  console.log(`\nwritten to ${await save("ai-sdk", { rows, sizes })}`);
}

function print({ name, per, times }) {
  const ratios = Object.keys(times)
    .filter((who) => who !== "ours")
    .map((who) => [who, ratio(times[who], times.ours)]);
  const [, goal] = GOALS.find(([pattern]) => pattern.test(name)) ?? [];
  const met = goal === undefined ? "" : ratios.every(([, factor]) => factor >= goal) ? "met" : "MISSED";
  const judged = goal === undefined ? "" : `  goal ${goal}x ${met}`;
  const others = ratios.map(([who, factor]) => `${who} ${factor.toFixed(2)}x`).join("  ");
  console.log(`${name.padEnd(44)} ${timeColumn(median(times.ours) / per)}  ${others}${judged}`);
}

const program = (node, file, settings, onRow) =>
  runProgram(node, path.join(root, "benches", "ai-sdk", file), settings, onRow);
