// `record`: a local service that writes traffic down, for as long as a command runs that is told its address, or until it is stopped.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { lineOf, serviceOf, serviceOptions, started, toPaste } from "./local.js";
import { aborted, stopSignal } from "./stop-signals.js";
import { integerFrom } from "./usage.js";

export const recordOptions = (command) =>
  serviceOptions(command)
    .option("--port <n>", "port to listen on; 0 picks a free one", integerFrom(0, 65535), 0)
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nThe command finds WORKERS_AI_BASE_URL and WORKERS_AI_TOKEN in its environment:\n  $ npx workers-ai-wasm record recordings npm test\n",
    );

export async function record([folder, command], values, context) {
  const { stdout, stderr, env } = context;
  const options = await serviceOf({ ...values, record: folder }, context);
  const stop = stopSignal();
  let written = 0;
  const server = await started({
    ...options,
    port: values.port,
    onCall: (call) => {
      written += 1;
      stderr.write(`${lineOf(call)}\n`);
    },
  });
  let code = 0;
  if (command.length > 0) {
    const child = spawn(command[0], command.slice(1), {
      stdio: "inherit",
      env: { ...env, WORKERS_AI_BASE_URL: server.baseURL, WORKERS_AI_TOKEN: server.apiToken },
    });
    stop.addEventListener("abort", () => child.kill("SIGTERM"));
    try {
      const [status, signal] = await once(child, "exit");
      code = status ?? (signal ? 1 : 0);
    } catch (error) {
      stderr.write(`${command[0]} can't be started: ${error.code ?? error.message}\n`);
      code = 1;
    }
  } else {
    stdout.write(toPaste(server));
    await aborted(stop);
  }
  await server.close();
  stderr.write(`${written} call${written === 1 ? "" : "s"}, written to ${folder}\n`);
  return code;
}
