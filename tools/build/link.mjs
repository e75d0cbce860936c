/** Links a built package, so that this repository's own tests, demos and benchmarks can import it by name. */
import { mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/process.mjs";

/**
 * @param {string} packageFolder
 * @param {string} [name]
 */
export function linkPackage(packageFolder, name = "workers-ai-wasm") {
  const link = path.join(root, "node_modules", name);
  const target = path.relative(path.dirname(link), packageFolder);
  if (currentTarget(link) === target) return;
  mkdirSync(path.dirname(link), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync(target, link, "junction");
}

function currentTarget(link) {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
