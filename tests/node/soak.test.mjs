/** `npm run soak` in short, so that it stays right; and that it would tell. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../soak/run.mjs", import.meta.url));

/** Returns its exit code and what it printed. */
const soak = (...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, "--built", ...args], (error, stdout, stderr) =>
      resolve({ status: error ? error.code : 0, stdout, stderr }),
    );
  });

test("calls and streams leave nothing behind", async () => {
  const { status, stdout, stderr } = await soak("--calls", "1000", "--streams", "100");
  assert.equal(status, 0, `${stdout}\n${stderr}`);
  assert.equal(stderr, "");
  for (const figure of [
    /1000 of \d+ kinds/,
    /errors, not wanted +0\n/,
    /open at the same time +100\n/,
    /open handles +0\n/,
    /sockets at the service +0\n/,
  ]) {
    assert.match(stdout, figure);
  }
});

test("what does stay, or fails strangely, is told", async () => {
  const { status, stderr } = await soak("--calls", "400", "--streams", "2", "--leak");
  assert.equal(status, 1);
  assert.match(stderr, /heap, second half: \d+ KiB more/);
  assert.match(stderr, /call 7 \(.*\): Error: strange/);
  assert.match(stderr, /handles are open at the end: Timeout/);
});
