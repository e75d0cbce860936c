/** Builds the fuzz targets with the pinned toolchain, and starts them. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { capture, root } from "../../tools/setup/process.mjs";

const folder = path.join(root, "tests", "fuzz");
/** A folder of its own: cargo builds everything anew when the flags change. */
const targetFolder = path.join(root, "target", "fuzz");
/** Where inputs that fail are left. */
export const failuresFolder = path.join(targetFolder, "failures");

/**
 * What cargo-fuzz passes too, as far as the stable compiler takes it: libFuzzer is to see which edges are taken and what is compared with
 * what. A sanitizer needs a nightly compiler.
 */
const FLAGS = [
  "-Cpasses=sancov-module",
  "-Cllvm-args=-sanitizer-coverage-level=4",
  "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
  "-Cllvm-args=-sanitizer-coverage-pc-table",
  "-Cllvm-args=-sanitizer-coverage-trace-compares",
  "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
  // The crate is a dynamic library as well, which nobody loads here; macOS would want all of its symbols.
  ...(process.platform === "darwin" ? ["-Clink-args=-Wl,-undefined,dynamic_lookup"] : []),
];

/** @returns {Promise<string[]>} the names of the targets */
export async function targets() {
  const files = await readdir(path.join(folder, "targets"));
  return files
    .filter((file) => file.endsWith(".rs"))
    .map((file) => file.slice(0, -".rs".length))
    .sort();
}

/**
 * @returns {Promise<{ status: number, output: string, programs: string }>} `programs` is the folder where the targets are
 */
export async function buildTargets() {
  const { status, stdout, output } = await capture("rustc", ["-vV"]);
  const host = /^host: (.+)$/m.exec(stdout)?.[1];
  if (status !== 0 || host === undefined) return { status: status || 1, output, programs: "" };
  const env = { ...process.env, CARGO_ENCODED_RUSTFLAGS: FLAGS.join("\x1f") };
  // The host is named so that the flags are not for build scripts, which need none of it.
  const args = ["build", "--release", "--locked", "--target", host, "--target-dir", targetFolder];
  const built = await capture("cargo", args, { cwd: folder, env });
  return { status: built.status, output: built.output, programs: path.join(targetFolder, host, "release") };
}

/**
 * Runs a target over its corpus and then on inputs of its own making.
 *
 * @param {string} programs from `buildTargets`
 * @param {string} target
 * @param {number} seconds 0 for the corpus alone
 * @param {string} [keep] a folder where inputs that reached something new are kept
 * @returns {Promise<{ status: number, output: string, executions: number, coverage: number }>}
 */
export async function runTarget(programs, target, seconds, keep) {
  await mkdir(failuresFolder, { recursive: true });
  const found = keep ?? (await mkdtemp(path.join(os.tmpdir(), `fuzz-${target}-`)));
  try {
    await mkdir(found, { recursive: true });
    const { status, output } = await capture(path.join(programs, target), [
      seconds > 0 ? `-max_total_time=${seconds}` : "-runs=0",
      "-timeout=30",
      "-rss_limit_mb=1500",
      "-max_len=4096",
      "-print_final_stats=1",
      `-artifact_prefix=${failuresFolder}${path.sep}${target}-`,
      found,
      path.join(folder, "corpus", target),
    ]);
    const last = (pattern) => Number([...output.matchAll(pattern)].at(-1)?.[1] ?? 0);
    return {
      status,
      output,
      executions: last(/stat::number_of_executed_units: +(\d+)/g),
      coverage: last(/ cov: (\d+) /g),
    };
  } finally {
    if (keep === undefined) await rm(found, { recursive: true, force: true });
  }
}
