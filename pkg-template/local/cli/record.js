// `record`: runs a local service that records traffic, while a command runs with its address in the
// environment, or until it is stopped.

import { commandOrStop, portOption, serviceOptions, withService } from "./local.js";
import { UsageError } from "./usage.js";

export const recordOptions = (command) =>
  serviceOptions(command)
    .option(...portOption(0))
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nThe command finds WORKERS_AI_BASE_URL and WORKERS_AI_TOKEN in its environment:\n  $ npx workers-ai-wasm record recordings npm test\n",
    );

export async function record([folder, command], values, context) {
  if (command[0]?.startsWith("-"))
    throw new UsageError(
      `${command[0]} comes before the folder: npx workers-ai-wasm record ${command[0]} … ${folder}`,
    );
  let written = 0;
  const use = (server, stop) => commandOrStop(server, command, context, stop);
  const code = await withService({ ...values, record: folder }, context, use, () => {
    written += 1;
  });
  context.stderr.write(`${written} call${written === 1 ? "" : "s"}, written to ${folder}\n`);
  return code;
}
