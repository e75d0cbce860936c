/**
 * Runs every fuzz target: its whole corpus, and some seconds of new inputs. `npm run fuzz` runs them for
 * longer.
 */
import { buildTargets, runTarget, targets } from "../../fuzz/programs.mjs";
import { failedOutright, fromStatus, sum } from "../tally.mjs";

const SECONDS = 4;

export async function fuzzTargets() {
  const built = await buildTargets();
  if (built.status !== 0) return failedOutright("the fuzz targets do not build", built.output);
  const tallies = [];
  for (const target of await targets()) {
    const { status, output, executions } = await runTarget(built.programs, target, SECONDS);
    // A target without executions has failed.
    const shown = executions > 0 ? status : status || 1;
    tallies.push(fromStatus(`fuzz target ${target}`, { status: shown, output }));
  }
  return sum(tallies);
}
