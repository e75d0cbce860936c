/** Runs the driver in a command-line runtime, unbundled, as servers do. */
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../tools/setup/process.mjs";

const ARGUMENTS = {
  deno: ["run", "--no-prompt", "--allow-all", "--node-modules-dir=manual"],
};

/**
 * @param {string} name
 * @param {{ programs: Record<string, string>, settings: object, onLine: (line: string) => void }} environment
 */
export function runProcess(name, { programs, settings, onLine }) {
  const file = path.join(root, "benches", "runtimes", "program.mjs");
  const args = [...(ARGUMENTS[name] ?? []), file, JSON.stringify(settings)];
  return new Promise((resolve, reject) => {
    const child = spawn(programs[name], args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
    createInterface({ input: child.stdout }).on("line", onLine);
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else reject(new Error(`the benchmark in ${name} ended with status ${status}`));
    });
  });
}
