/**
 * `npm start`: the whole thing on this machine. Gets everything ready, then starts the local service, a Worker in real
 * workerd on top of it with the chat page, and asks one question here in the terminal.
 *
 * Only Node's own modules may be imported here before the set-up has run.
 */

import { stopSignal } from "../pkg-template/local/cli/stop-signals.js";
import { build } from "../tools/build.mjs";
import { main } from "../tools/setup.mjs";
import { getModels } from "./models.mjs";

const stop = stopSignal();
/** While the set-up runs there is nothing to close yet. */
const leave = () => process.exit(130);
stop.addEventListener("abort", leave);

await main(async () => {
  // Beside the build, which computes while this waits for the network.
  await Promise.all([build(), getModels({ signal: stop })]);
  const { demo } = await import("./demo.mjs");
  stop.removeEventListener("abort", leave);
  process.exitCode = await demo({ stop });
});
