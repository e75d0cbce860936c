// What the classes of a connection have under symbols that a runtime may not know, how a log shows one, and its end when the wasm is lost.

import { named } from "../core.js";

/** Names of their own where the runtime has none yet. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
const DISPOSE = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** How a connection ends that nobody has closed. */
const ABNORMAL = Object.freeze({ code: 1006, reason: "" });

/** The sockets that are in use, and what settles `closed` of each. */
const sockets = new Map();

/** A socket is in use from now on. */
export const keepSocket = (socket, settleClosed) => void sockets.set(socket, settleClosed);

/** Nothing more comes from a socket. */
export const forgetSocket = (socket) => void sockets.delete(socket);

/** Nobody listens to the sockets any more: the instance that did is lost. */
export function endConnections() {
  for (const [socket, settleClosed] of sockets) {
    try {
      socket.close(1000);
    } catch {} // It was about to open.
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
  // The collector frees it. Whoever could do so by hand would have a connection without an end.
  delete RealtimeConnection.prototype.free;
}

/** A connection of a lost instance has ended: there is nothing left to do. */
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
