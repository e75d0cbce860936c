import { spawn } from "node:child_process";

/** A program that failed or isn't there; the message ends with the first thing it complained about. */
export class CommandError extends Error {
  name = "CommandError";
}

/** Runs a program to its end and gives what it printed. */
export function run(program, args, { name = program, signal, env, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const shell = process.platform === "win32" && program.endsWith(".cmd");
    const child = spawn(program, args, {
      signal,
      cwd,
      shell,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    child.on("error", (cause) =>
      reject(
        cause.name === "AbortError" ? cause : new CommandError(`${name} could not be started`, { cause }),
      ),
    );
    child.on("close", (code) => {
      if (code === 0) return resolve(output);
      reject(new CommandError(`${name} failed: ${complaintOf(output)}`));
    });
  });
}

/** The first of these programs that runs, with its leading arguments; null if none does. */
export async function firstThatRuns(candidates, probe, options) {
  for (const [program, ...args] of candidates) {
    try {
      await run(program, [...args, ...probe], options);
      return [program, ...args];
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  return null;
}

function complaintOf(output) {
  const lines = output.trim().split("\n");
  return lines.find((line) => /^(npm )?error/i.test(line)) ?? lines.at(-1);
}
