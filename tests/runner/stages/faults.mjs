/** The fault matrix: all faults, at each door, in each runtime. */
import { capture } from "../../../tools/setup/process.mjs";
import { startFaultServers } from "../faults/servers.mjs";
import { tableOf } from "../faults/table.mjs";
import { fromLines, sum } from "../tally.mjs";
import { linesOfPage } from "./browser.mjs";
import { postToWorker } from "./workerd.mjs";

/**
 * Node and workerd run every cell. The others have no door of their own, so they run one of every n cells.
 */
const RUNTIMES = {
  node20: { every: 1, run: inProcess("node20") },
  workerd: { every: 1, run: inWorkerd },
  node24: { every: 7, run: inProcess("node24") },
  bun: { every: 7, run: inProcess("bun") },
  deno: { every: 7, run: inDeno },
  chromium: { every: 7, run: inPage },
};

export async function faultMatrix(environment) {
  const servers = await startFaultServers(environment.consumer);
  const tallies = [];
  const cells = [];
  try {
    for (const [runtime, { every, run }] of Object.entries(RUNTIMES)) {
      const result = await run({ ...environment, faults: servers }, { ...servers.settings, runtime, every });
      tallies.push(fromLines(`faults in ${runtime}`, result));
      cells.push(...cellsOf(result.stdout, runtime));
    }
  } finally {
    await servers.close();
  }
  return { ...sum(tallies), notes: tableOf(cells) };
}

function cellsOf(stdout, runtime) {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith('{"test"'))
    .map((line) => ({ ...JSON.parse(line), runtime }));
}

function inProcess(runtime) {
  return ({ programs, consumer }, settings) =>
    capture(programs[runtime], ["tests/faults/driver.mjs", JSON.stringify(settings)], {
      cwd: consumer.folder,
    });
}

function inDeno({ programs, consumer, faults }, settings) {
  const args = ["run", "--no-prompt", `--allow-net=${faults.hosts.join(",")}`, "--allow-env"];
  return capture(programs.deno, [...args, "tests/faults/driver.mjs", JSON.stringify(settings)], {
    cwd: consumer.folder,
  });
}

function inWorkerd(environment, settings) {
  const entry = "tests/faults/worker.mjs";
  return postToWorker(environment, { name: "faults", entry, upstream: environment.faults.service }, settings);
}

function inPage({ programs, faults }, settings) {
  faults.tellPage(settings);
  return linesOfPage(programs.chromium, faults.page);
}
