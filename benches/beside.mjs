/**
 * `npm run bench -- beside=<folder>`: compares this build with another build of the package, for instance of
 * an older commit, in the same process.
 */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../tools/setup/process.mjs";
import { runProgram, timeColumn } from "./child-program.mjs";
import { save } from "./results.mjs";
import { median, ratio } from "./stats.mjs";

/**
 * @param {string} node the path of Node
 * @param {string} other the `pkg/` folder of the other build
 * @param {{ rounds?: number, cells?: string }} settings
 */
export async function runBeside(node, other, { rounds = 15, cells = "" }) {
  const entries = [path.join(root, "pkg"), path.resolve(other)].map(
    (folder) => pathToFileURL(path.join(folder, "dist", "index.js")).href,
  );
  console.log(`\nnode20: time of this build, and divided by that of ${other}; under 1 is faster`);
  const rows = [];
  const onRow = (row) => {
    rows.push(row);
    const [ours, theirs] = row.times;
    console.log(`${row.name.padEnd(34)} ${timeColumn(median(ours))}  ${ratio(ours, theirs).toFixed(2)}`);
  };
  await program(node, "calls.mjs", { entries, rounds, cells }, onRow);
  await startUp(node, entries, rounds, onRow);
  console.log(`\nwritten to ${await save("beside", { rows })}`);
}

/** The time of the import and of the first call: each in a new process, in turns. */
async function startUp(node, entries, rounds, onRow) {
  const times = { import: [[], []], "first stream": [[], []] };
  for (let round = 0; round < rounds; round++) {
    for (const which of round % 2 === 0 ? [0, 1] : [1, 0]) {
      await program(node, "start.mjs", { entry: entries[which] }, (row) => {
        for (const name of Object.keys(times)) times[name][which].push(row[name]);
      });
    }
  }
  for (const [name, [ours, theirs]] of Object.entries(times)) onRow({ name, times: [ours, theirs] });
}

const program = (node, file, settings, onRow) =>
  runProgram(node, path.join(root, "benches", "beside", file), settings, onRow);
