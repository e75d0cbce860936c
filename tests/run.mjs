/**
 * `npm test`: everything, on a machine that it gets ready by itself. `npm test -- node20 chromium` runs only the named
 * stages; `npm test -- --list` names them.
 *
 * Only Node's own modules may be imported here before `ensure` has run.
 */
import { ensure, main } from "../tools/setup.mjs";

await main(async () => {
  const programs = await ensure([
    "node-modules",
    "rust",
    "c++",
    "wasm-bindgen",
    "wasm-pack",
    "chromium",
    "runtimes",
  ]);
  const { runTests } = await import("./runner/run.mjs");
  process.exitCode = await runTests(programs, process.argv.slice(2));
});
