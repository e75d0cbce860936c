// A reply whose text or arguments are a value that grows: each chunk is taken by the value's stream, and whoever reads gets what it finds then. So one
// promise does for a chunk, as it does in a stream of text.

import { ReplyChannel } from "../core.js";

export class ValueChannel extends ReplyChannel {
  /** @type {import("./growing.js").Growing} */
  owner = undefined;

  /** As every channel does; nearly all calls in a loop come when all that there is has been taken, and need the next chunk at once. */
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
    this.owner = NOBODY;
    return Promise.resolve(end).then(() => owner.concluded());
  }
}

/** What is over is not held by its reader. */
const NOBODY = { take() {}, taken() {}, found() {}, failed() {}, concluded() {} };
