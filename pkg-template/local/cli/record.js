// `record`: a local service that writes traffic down, for as long as a command runs that is told its address, or until it is stopped.

import { commandOn, lineOf, serviceOf, serviceOptions, started, toPaste } from "./local.js";
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
  const { stdout, stderr } = context;
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
  if (command.length > 0) code = await commandOn(server, command, context, stop);
  else {
    stdout.write(toPaste(server));
    await aborted(stop);
  }
  await server.close();
  stderr.write(`${written} call${written === 1 ? "" : "s"}, written to ${folder}\n`);
  return code;
}
