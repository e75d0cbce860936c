// Reads a reply whose text or arguments are a growing value: the value's stream processes each chunk, then
// the channel returns what the current reader finds. This takes one promise per chunk, as a stream of text
// does.

import { ReplyChannel } from "../core.js";

export class ValueChannel extends ReplyChannel {
  /** @type {import("./growing.js").Growing} */
  owner = undefined;

  /**
   * Overrides `Channel.next` with a fast path: nearly all calls in a loop find everything processed, and need
   * the next chunk.
   */
  next() {
    if (
      this.waiting === 0 &&
      this.at === this.count &&
      this.flags === 0 &&
      this.rest === null &&
      this.spilled === null
    )
      return this.pull();
    return super.next();
  }

  scan() {
    if (this.at < this.count) {
      this.hand(this.owner);
      this.owner.taken();
    }
    return this.owner.found();
  }

  raise(error) {
    this.owner.failed(error);
  }

  concluded(end) {
    const { owner } = this;
    this.owner = DETACHED;
    return Promise.resolve(end).then(() => owner.concluded());
  }
}

/** Replaces the owner at the end, so that the channel does not keep it alive. */
const DETACHED = { take() {}, taken() {}, found() {}, failed() {}, concluded() {} };
