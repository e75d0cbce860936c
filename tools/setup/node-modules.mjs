/** The development npm packages, by the lock file. */
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { announce, root, step } from "./process.mjs";

const folder = path.join(root, "node_modules");
// npm writes this copy of the lock file last, so its time is that of the whole folder.
const installed = path.join(folder, ".package-lock.json");
const lock = path.join(root, "package-lock.json");

export async function ensureNodeModules() {
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    announce("installing npm packages (npm ci)");
    // Without install scripts: they would only download programs that the platform packages contain.
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    const advice = "Check that the npm registry can be reached, then repeat the command.";
    // Under `npm run`, npm_execpath is the running npm, which must be used.
    const npm = process.env.npm_execpath;
    if (npm?.endsWith(".js")) await step(process.execPath, [npm, ...args], advice);
    else await step("npm", args, advice);
  }
  // The packages with Node 20 and 24 for the tests both have a bin `node`, and npm puts this folder first on
  // the PATH of every script: with it, `npm run` would use another Node than the one that it was started
  // with.
  rmSync(path.join(folder, ".bin", "node"), { force: true });
  return {};
}
