/**
 * `npm run fuzz -- [--seconds=600] [target …]`: long runs, one target after the other. What they find is kept in `target/fuzz/corpus`, so
 * that the next run goes on from there.
 */
import path from "node:path";
import { ensure, main } from "../../tools/setup.mjs";
import { buildTargets, failuresFolder, runTarget, targets } from "./programs.mjs";

const USUAL_SECONDS = 600;

await main(async () => {
  await ensure(["rust", "c++"]);
  const args = process.argv.slice(2);
  const seconds = Number(
    args.find((arg) => arg.startsWith("--seconds="))?.slice("--seconds=".length) ?? USUAL_SECONDS,
  );
  const all = await targets();
  const named = args.filter((arg) => !arg.startsWith("--"));
  const unknown = named.filter((name) => !all.includes(name));
  if (unknown.length > 0 || !Number.isInteger(seconds) || seconds < 0) {
    console.error(
      `npm run fuzz -- [--seconds=${USUAL_SECONDS}] [target …], the targets are ${all.join(", ")}.`,
    );
    process.exitCode = 2;
    return;
  }
  const built = await buildTargets();
  if (built.status !== 0) {
    console.error(built.output);
    process.exitCode = 1;
    return;
  }
  for (const target of named.length > 0 ? named : all) {
    const keep = path.join(failuresFolder, "..", "corpus", target);
    const startedAt = performance.now();
    const { status, output, executions, coverage } = await runTarget(built.programs, target, seconds, keep);
    const took = ((performance.now() - startedAt) / 1000).toFixed(0);
    console.log(
      `${target.padEnd(16)} ${executions} executions, ${took} s, coverage ${coverage}, ${status === 0 ? "clean" : "FAILED"}`,
    );
    if (status !== 0) {
      console.log(output.trimEnd().split("\n").slice(-60).join("\n"));
      process.exitCode = 1;
    }
  }
});
