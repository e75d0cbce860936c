/**
 * The tasks, without their wasm: the functions that the client calls through pkg-template/client/later.js.
 */
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

/** Rejects the promises of a class's methods when the instance is lost, as later.js does for functions. */
function settleMethods({ prototype }) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== "function" || name === "constructor" || name.startsWith("__")) continue;
    prototype[name] = function (...args) {
      const result = value.apply(this, args);
      if (!(result instanceof Promise)) return result;
      const settled = wasm.settled(result);
      // Not every caller awaits room in the send buffer; the messages report the failure.
      if (prototype === glue.RealtimeConnection.prototype) ignoreRejection(settled);
      return settled;
    };
  }
}
