// What the classes of a connection have under symbols that a runtime may not know, and how a log shows one.

import { named } from "../core.js";

/** Names of their own where the runtime has none yet. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/**
 * @param glue the module's classes
 * @param {(promise: Promise<unknown>) => Promise<unknown>} settled a promise that is rejected when the module's instance is lost
 */
export function completeRealtime({ RealtimeConnection, RealtimeMessages }, settled) {
  named({ RealtimeConnection });
  const { next } = RealtimeMessages.prototype;
  define(RealtimeMessages, {
    next() {
      return settled(next.call(this));
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  });
  const shown = (connection, inspect, options) => {
    const { meta, closed } = connection;
    return `RealtimeConnection ${inspect({ meta, closed }, options)}`;
  };
  define(RealtimeConnection, {
    [ASYNC_DISPOSE]() {
      this.close();
      return this.closed.then(() => {});
    },
    [Symbol.for("nodejs.util.inspect.custom")](_depth, options, inspect) {
      return shown(this, inspect, options);
    },
    [Symbol.for("Deno.customInspect")](inspect, options) {
      return shown(this, inspect, options);
    },
  });
}

function define({ prototype }, members) {
  for (const name of Reflect.ownKeys(members)) {
    Object.defineProperty(prototype, name, { value: members[name], writable: true, configurable: true });
  }
}
