/** Chromium for the browser suites: the system's package, never a downloaded build. */
import * as apt from "./apt.mjs";
import { isExecutable, SetupError, which } from "./process.mjs";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MAC_PROGRAMS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

export async function ensureChromium() {
  const named = process.env.CHROMIUM || process.env.CHROME;
  if (named) {
    const program = isExecutable(named) ? named : which(named);
    if (program) return { chromium: program };
    throw new SetupError(`CHROMIUM or CHROME names "${named}", which is not a program on this machine.`);
  }
  let program = find();
  if (!program && apt.canInstall()) {
    await apt.install("chromium");
    program = find();
  }
  if (program) return { chromium: program };
  throw new SetupError(
    "The browser tests need Chromium or Chrome. Install one, or set CHROMIUM to its program, then repeat the command.",
  );
}

function find() {
  for (const command of COMMANDS) {
    const program = which(command);
    if (program) return program;
  }
  return MAC_PROGRAMS.find(isExecutable);
}
