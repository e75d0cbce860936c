/** Tests written for Node's own test runner. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { capture, root } from "../../../tools/setup/process.mjs";
import { fromTap } from "../tally.mjs";

/** Tests of the packed package: contents, exports, resolution. */
export async function packagingTests({ programs, consumer }) {
  const env = {
    TEST_TARBALL: consumer.tarball,
    TEST_INSTALLED: consumer.installed,
    TEST_LOCAL_TARBALL: consumer.local.tarball,
    TEST_LOCAL_INSTALLED: consumer.local.installed,
  };
  return runFiles(programs.node20, "tests/packaging", env);
}

/** Tests that need child processes, servers or the file system. */
export async function nodeTests({ programs }) {
  return runFiles(programs.node20, "tests/node", {});
}

async function runFiles(node, folder, env) {
  const files = readdirSync(path.join(root, folder), { recursive: true })
    .filter((file) => file.endsWith(".test.mjs"))
    .map((file) => path.join(folder, file))
    .sort();
  if (files.length === 0) return { passed: 0, failed: 0, failures: [] };
  const clean = { ...process.env, ...env };
  // Set by an outer test runner; the inner one would then report in its private format.
  delete clean.NODE_TEST_CONTEXT;
  const reporters = [
    ["tap", "stdout"],
    ["spec", "stderr"],
  ].flatMap(([name, to]) => [`--test-reporter=${name}`, `--test-reporter-destination=${to}`]);
  return fromTap(await capture(node, ["--test", ...reporters, ...files], { env: clean }));
}
