/**
 * `npm run soak`: 100,000 calls and 1,000 streams at once, of every kind that there is, good ends and bad ones; memory and handles are
 * measured. `--calls` and `--streams` take other numbers, `--leak` shows what a fault looks like. Ends with 1 if anything was not as it must be.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "100000" },
    streams: { type: "string", default: "1000" },
    leak: { type: "boolean", default: false },
    built: { type: "boolean", default: false },
  },
});

const folder = path.dirname(fileURLToPath(import.meta.url));
if (!values.built) {
  const { build } = await import("../../tools/build.mjs");
  await build();
}

const service = fork(path.join(folder, "service.mjs"));
const stopped = once(service, "exit");
try {
  const [where] = await once(service, "message");
  const { calls, streams, leak } = values;
  const settings = { ...where, calls: Number(calls), streams: Number(streams), leak };
  const program = fork(path.join(folder, "program.mjs"), [JSON.stringify(settings)], {
    execArgv: ["--expose-gc"],
  });
  const [status] = await once(program, "exit");
  const sockets = await ask("sockets");
  console.log(`  ${"sockets at the service".padEnd(22)} ${sockets}`);
  if (sockets !== 0) console.error(`${sockets} sockets are open at the service`);
  process.exitCode = status === 0 && sockets === 0 ? 0 : 1;
} finally {
  service.send("close");
  await stopped;
}

async function ask(question) {
  service.send(question);
  const [answer] = await once(service, "message");
  return answer[question];
}
