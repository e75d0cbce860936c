// A reply whose text or arguments are a value that grows: each chunk is taken by the value's stream, and whoever reads gets what it finds then. So one
// promise does for a chunk, as it does in a stream of text.

import { ReplyChannel } from "../core.js";

export class ValueChannel extends ReplyChannel {
  /**
   * `{ take(slot, text), taken(), found(), failed(error), concluded() }`: gets each piece (slot -1 for text), learns that a chunk has been taken, says
   * what whoever reads gets, undefined where the next chunk is needed, gets a failure, and says what the reader gets at the end.
   */
  owner = undefined;

  scan() {
    if (this.at < this.count) {
      this.hand(this.owner.take);
      this.owner.taken();
    }
    return this.owner.found();
  }

  raise(error) {
    this.owner.failed(error);
  }

  concluded(end) {
    return Promise.resolve(end).then(this.owner.concluded);
  }
}
