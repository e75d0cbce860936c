// Faults of the connection. A server breaks it; without a server, the call is rejected like one whose
// connection broke.

/** The header by which the service has its server send an early hint; it never leaves the server. */
export const HINTS = "x-local-hints";

/** Breaks the connection; `isReset` discards bytes in transit. */
export class ConnectionFault extends TypeError {
  constructor({ isReset = false } = {}) {
    super("Network connection lost.");
    this.isReset = isReset;
  }
}
