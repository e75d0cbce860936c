/** The tasks, without their wasm: what the client calls through pkg-template/client/later.js. */
import { partOver } from "./client/part.js";
import { ignoreRejection } from "./core.js";
import { completeRealtime, endConnections } from "./tasks/realtime.js";
import * as glue from "./workers_ai_tasks.js";

export * from "./workers_ai_tasks.js";

export const { wasm, install } = partOver(glue, (wasm) => {
  wasm.onLoss(endConnections);
  for (const exported of Object.values(glue)) if (isClass(exported)) settleMethods(exported);
  completeRealtime(glue);
});

const isClass = ({ prototype }) => prototype !== undefined && "__destroy_into_raw" in prototype;

/** The promises of what the module has made are rejected when its instance is lost, as those of its functions are: see later.js. */
function settleMethods({ prototype }) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== "function" || name === "constructor" || name.startsWith("__")) continue;
    prototype[name] = function (...args) {
      const result = value.apply(this, args);
      if (!(result instanceof Promise)) return result;
      const settled = wasm.settled(result);
      // Not everybody waits until there is room to send more; the messages tell why it failed.
      if (prototype === glue.RealtimeConnection.prototype) ignoreRejection(settled);
      return settled;
    };
  }
}
