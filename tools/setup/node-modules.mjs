/** The developer's npm packages, exactly as the lock file has them. */
import { existsSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { announce, root, step } from "./process.mjs";

const folder = path.join(root, "node_modules");
// npm writes this copy of the lock file last, so its age is that of the whole folder.
const installed = path.join(folder, ".package-lock.json");
const lock = path.join(root, "package-lock.json");

export async function ensureNodeModules() {
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    announce("installing npm packages (npm ci)");
    // No install scripts: they only fetch programs which already lie in the platform packages.
    const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    const advice = "Check that the npm registry can be reached, then repeat the command.";
    // Under `npm run`, npm_execpath is the npm that was called; it must not be swapped for another one.
    const npm = process.env.npm_execpath;
    if (npm?.endsWith(".js")) await step(process.execPath, [npm, ...args], advice);
    else await step("npm", args, advice);
  }
  // The packages that carry Node 20 and 24 for the tests both claim the name `node`, and npm puts this folder first
  // on the PATH of every script: without this, `npm run` would leave the Node that it was called with.
  rmSync(path.join(folder, ".bin", "node"), { force: true });
  return {};
}
