// A call that may do more when it is made twice: it is asked again only if it is harmless, or has surely done nothing.

import { Call } from "../core.js";

export class CarefulCall extends Call {
  /** Does asking twice do no more than asking once? */
  idempotent = false;

  async transmit() {
    const { outgoing } = this;
    const replayable = outgoing.replayable;
    // A redirect has done nothing yet.
    let harmless = this.idempotent;
    try {
      const reply = await this.transmitOnce();
      // Nor has a request that was turned away for its rate.
      harmless ||= reply.status === 429;
      return reply;
    } finally {
      outgoing.replayable = replayable && harmless;
    }
  }

  /** Makes one request. */
  transmitOnce() {
    return super.transmit();
  }
}
