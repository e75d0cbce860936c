/** `npm run bench -- beside=<folder>`: this build beside another build of the package, say of an older commit, in the same process. */
import { spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../tools/setup/process.mjs";
import { save } from "./results.mjs";
import { median, ratio } from "./stats.mjs";

/**
 * @param {string} node the program of Node
 * @param {string} other the folder of the other build, as `npm run build` leaves it: `pkg/`
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
    console.log(`${row.name.padEnd(34)} ${time(median(ours))}  ${ratio(ours, theirs).toFixed(2)}`);
  };
  await program(node, "calls.mjs", { entries, rounds, cells }, onRow);
  await startUp(node, entries, rounds, onRow);
  console.log(`\nwritten to ${await save("beside", { rows })}`);
}

/** How long importing takes, and the first call: each in a new process, in turns. */
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

function program(node, file, settings, onRow) {
  const child = spawn(node, [path.join(root, "benches", "beside", file), JSON.stringify(settings)], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) onRow(JSON.parse(line));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`benches/beside/${file} ended with status ${status}`));
    });
  });
}

const time = (ms) =>
  (ms >= 1
    ? `${ms.toFixed(2)} ms`
    : ms >= 0.001
      ? `${(ms * 1000).toFixed(1)} µs`
      : `${(ms * 1e6).toFixed(0)} ns`
  ).padStart(10);
