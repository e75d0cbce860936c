// Faults of the connection itself. A server breaks it; where there is none, the call is rejected as a broken one is.

/** The header by which the service has its server send an early hint; it never leaves the server. */
export const HINTS = "x-local-hints";

/** The connection breaks. `isReset`: at once, with what is still on its way. */
export class ConnectionFault extends TypeError {
  constructor({ isReset = false } = {}) {
    super("Network connection lost.");
    this.isReset = isReset;
  }
}
