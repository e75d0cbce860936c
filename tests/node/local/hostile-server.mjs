// The service in a process of its own, which tells its address, and on request how much memory it has held, how much work one turn of
// the loop has had, and what was thrown.

import { monitorEventLoopDelay } from "node:perf_hooks";
import { serveLocalAI } from "../../../pkg-template/local/index.js";
import { mostInOneTurn } from "../../../pkg-template/local/streams/turns.js";

const errors = [];
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let memory = 0;
setInterval(() => {
  memory = Math.max(memory, process.memoryUsage.rss());
}, 20).unref();

const { url, baseURL, accountId, apiToken } = await serveLocalAI({
  engine: "stand-in",
  env: {},
  onError: (error) => errors.push(String(error.stack ?? error)),
});
process.on("message", () => {
  process.send({ memory, errors, units: mostInOneTurn(), stopped: delay.max / 1e6 });
  delay.reset();
});
process.on("disconnect", () => process.exit());
process.send({ url, baseURL, accountId, apiToken });
