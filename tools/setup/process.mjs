/** Runs other programs, and reports their failures. */
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** A problem that the developer can solve; its message tells how. */
export class SetupError extends Error {
  name = "SetupError";
}

/** Prints one line per installation. */
export function announce(line) {
  console.log(`set-up: ${line}`);
}

/**
 * Finds a program as a shell would.
 *
 * @param {string} command a bare name
 * @returns {string | undefined} its full path
 */
export function which(command) {
  const endings = process.platform === "win32" ? [".exe", ".cmd", ""] : [""];
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const ending of folder ? endings : []) {
      const file = path.join(folder, command + ending);
      if (isExecutable(file)) return file;
    }
  }
  return undefined;
}

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program to its end, with captured output.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions} [options]
 * @returns {Promise<{ status: number, stdout: string, stderr: string, output: string }>} `output` has both
 *   streams interleaved; a program that cannot be started has status 127, as in a shell
 */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
      output += text;
    });
    child.on("error", (error) =>
      resolve({ status: 127, stdout, stderr, output: `${output}${error.message}\n` }),
    );
    // A program ended by a signal has no exit code, which is a failure too.
    child.on("close", (status) => resolve({ status: status ?? 1, stdout, stderr, output }));
  });
}

/**
 * Runs one step of the set-up; its output is shown only if it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} advice what to do when the step fails
 * @param {import("node:child_process").SpawnOptions} [options]
 */
export async function step(command, args, advice, options) {
  const { status, output } = await capture(command, args, options);
  if (status === 0) return;
  const tail = output.trimEnd().split("\n").slice(-40).join("\n");
  throw new SetupError(`${tail}\n\n\`${[path.basename(command), ...args].join(" ")}\` failed. ${advice}`);
}
