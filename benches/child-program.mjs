/** Runs measuring programs in a process of their own, which print a line of JSON per result. */
import { spawn } from "node:child_process";
import { root } from "../tools/setup/process.mjs";

/**
 * @param {string} node the path of Node
 * @param {string} file
 * @param {unknown} settings its argument
 * @param {(row: any) => void} onRow
 */
export function runProgram(node, file, settings, onRow) {
  const child = spawn(node, [file, JSON.stringify(settings)], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop();
    for (const line of lines) onRow(JSON.parse(line));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`${file} ended with status ${status}`));
    });
  });
}

/** Formats a time for a column. */
export const timeColumn = (ms) =>
  (ms >= 1
    ? `${ms.toFixed(2)} ms`
    : ms >= 0.001
      ? `${(ms * 1000).toFixed(1)} µs`
      : `${(ms * 1e6).toFixed(0)} ns`
  ).padStart(10);
