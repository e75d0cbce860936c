// Faults of a socket: the same names as those of a body, measured in bytes sent or in messages.

import { pause } from "../streams/abort.js";

const SOME_BYTES = 64;
const GARBAGE = '{"type":"Results","unfinished';

const sizeOf = (value) => (value === true ? SOME_BYTES : value);

/**
 * Wraps a connection's `send`.
 *
 * @param {object} connection
 * @param {Record<string, number | true>} faults
 * @param {AbortSignal} signal
 */
export function withSocketFaults(connection, faults, signal) {
  const { pace, drop, stall, truncate, garbage, after = 1 } = faults;
  let sent = 0;
  let messages = 0;
  let queue = Promise.resolve();

  const send = (data) => {
    const limit = sizeOf(drop ?? stall ?? truncate ?? Infinity);
    if (sent >= limit) return;
    connection.send(data);
    sent += data.length;
    messages += 1;
    if (garbage && messages === after) connection.send(GARBAGE);
    if (sent < limit) return;
    if (drop !== undefined) connection.terminate();
    else if (truncate !== undefined) connection.close(1000);
  };
  return {
    send(data) {
      if (pace === undefined) return send(data);
      queue = queue
        .then(() => pause(pace === true ? 20 : pace, signal))
        .then(
          () => send(data),
          () => {},
        );
    },
    close: (code, reason) => {
      if (stall !== undefined && sent >= sizeOf(stall)) return;
      queue = queue.then(() => connection.close(code, reason));
    },
  };
}
