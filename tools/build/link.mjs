/** Makes `import "workers-ai-wasm"` mean the built package in this repository's own tests, demos and benchmarks. */
import { mkdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { root } from "../setup/process.mjs";

/** @param {string} packageFolder */
export function linkPackage(packageFolder) {
  const link = path.join(root, "node_modules", "workers-ai-wasm");
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
