// Runs real workerd on a config and says on which port it listens.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const CONTROL_FD = 3;
/** Milliseconds that workerd has to end by itself: it waits for requests that may never be answered. */
const GRACE = 500;

/** The program of the `workerd` package, found from the given module; `WORKERD_BIN` names another one. */
export function workerdProgram(from = import.meta.url) {
  return process.env.WORKERD_BIN ?? createRequire(from)("workerd").default;
}

/**
 * Starts `workerd serve`.
 *
 * @param {string} config path of the capnp file
 * @param {{ external?: Record<string, string>, env?: Record<string, string>, onLog?: (line: string) => void, program?: string }} [options]
 *   `external`: addresses of the external services by name; `env`: for bindings that come from the environment;
 *   `exited` gives the signal that ended it, if one did
 * @returns {Promise<{ port: number, pid: number, exited: Promise<string | null>, close(): Promise<void> }>}
 */
export async function startWorkerd(
  config,
  { external = {}, env = {}, onLog = (line) => console.error(line), program = workerdProgram() } = {},
) {
  const addresses = Object.entries(external).map(([name, address]) => `--external-addr=${name}=${address}`);
  const child = spawn(program, ["serve", `--control-fd=${CONTROL_FD}`, ...addresses, config], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const killed = () => child.kill("SIGKILL");
  process.once("exit", killed);
  const exited = once(child, "exit").then(([, signal]) => {
    process.removeListener("exit", killed);
    return signal;
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLog);

  const listening = (async () => {
    for await (const line of createInterface({ input: child.stdio[CONTROL_FD] })) {
      const message = JSON.parse(line);
      if (message.event === "listen") return message.port;
    }
    throw new Error("workerd ended before it listened");
  })();
  const failed = exited.then(() => {
    throw new Error("workerd ended before it listened");
  });
  failed.catch(() => {});
  const port = await Promise.race([listening, failed]);

  return {
    port,
    pid: child.pid,
    exited,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const impatient = setTimeout(killed, GRACE);
      await exited;
      clearTimeout(impatient);
    },
  };
}
