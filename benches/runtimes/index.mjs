/** The runtimes of the benchmark, and how it is run in each. */
import { runChromium } from "./chromium.mjs";
import { runProcess } from "./process.mjs";

export const RUNNERS = {
  node20: (environment) => runProcess("node20", environment),
  node24: (environment) => runProcess("node24", environment),
  bun: (environment) => runProcess("bun", environment),
  deno: (environment) => runProcess("deno", environment),
  chromium: runChromium,
};
