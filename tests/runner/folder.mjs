/** Installs the npm packages of a test folder by its lock file, once for each version of it. */
import { readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { npm } from "./npm.mjs";

/** @param {string} folder with a package.json and its lock file */
export async function installFolder(folder) {
  const modules = path.join(folder, "node_modules");
  const stamp = path.join(modules, ".installed");
  const lock = await readFile(path.join(folder, "package-lock.json"), "utf8");
  const wanted = `${os.platform()} ${os.arch()}\n${lock}`;
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  await rm(modules, { recursive: true, force: true });
  // Explicit, since another stage may have set NODE_ENV, as bundlers do in their own process: npm would omit
  // development dependencies, which are all.
  const flags = ["--include=dev", "--ignore-scripts", "--legacy-peer-deps", "--prefer-offline", "--no-audit"];
  await npm(["ci", ...flags, "--no-fund"], folder);
  await writeFile(stamp, wanted);
}
