// Completes the classes of a realtime connection: symbols that a runtime may lack, their form in logs, and
// their end when the wasm instance is lost.

import { named } from "../core.js";

/** Symbols of our own where the runtime has none. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const DISPOSE = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** The close event of a connection that was lost without a close frame. */
const ABNORMAL = Object.freeze({ code: 1006, reason: "" });

/** Active sockets, and the function that settles `closed` of each. */
const sockets = new Map();

/** Adds an active socket. */
export const keepSocket = (socket, settleClosed) => void sockets.set(socket, settleClosed);

/** Removes a socket that has ended. */
export const forgetSocket = (socket) => void sockets.delete(socket);

/** Closes all sockets: the instance that handled their events is lost. */
export function endConnections() {
  for (const [socket, settleClosed] of sockets) {
    try {
      socket.close(1000);
    } catch {} // The socket was still connecting.
    settleClosed(ABNORMAL);
  }
  sockets.clear();
}

/** @param glue the module's classes */
export function completeRealtime({ RealtimeConnection, RealtimeMessages }) {
  named({ RealtimeConnection });
  define(RealtimeMessages, {
    [Symbol.asyncIterator]() {
      return this;
    },
  });
  const { close } = RealtimeConnection.prototype;
  const { get: closed } = Object.getOwnPropertyDescriptor(RealtimeConnection.prototype, "closed");
  const { get: meta } = Object.getOwnPropertyDescriptor(RealtimeConnection.prototype, "meta");
  Object.defineProperties(RealtimeConnection.prototype, {
    closed: { get: unlessLost(closed, () => Promise.resolve(ABNORMAL)) },
    meta: { get: unlessLost(meta, () => undefined) },
  });
  const shown = (connection, inspect, options) => {
    const { meta, closed } = connection;
    return `RealtimeConnection ${inspect({ meta, closed }, options)}`;
  };
  define(RealtimeConnection, {
    close: unlessLost(close, () => undefined),
    [DISPOSE]() {
      this.close();
    },
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
  // Garbage collection frees it. A manual `free` would leave a connection without an end.
  delete RealtimeConnection.prototype.free;
}

/** Runs `work` unless the instance is lost, in which case the connection has ended. */
function unlessLost(work, otherwise) {
  return function (...args) {
    try {
      return work.apply(this, args);
    } catch (error) {
      if (error.code !== "INTERNAL") throw error;
      return otherwise();
    }
  };
}

function define({ prototype }, members) {
  for (const name of Reflect.ownKeys(members)) {
    Object.defineProperty(prototype, name, { value: members[name], writable: true, configurable: true });
  }
}
