// The complete text of a reply: it accumulates in the engine's text area and is decoded in large pieces,
// without an object per event.

import * as engine from "./engine.js";
import { MODE_TEXT, WORDS } from "./records.js";
import { ReplyChannel } from "./reply-channel.js";

export class TextChannel extends ReplyChannel {
  constructor(source) {
    super(source, MODE_TEXT);
  }

  /** Reads to the end. */
  async drain() {
    while (!(await this.next()).done);
    return this.transcript;
  }

  scan() {
    engine.fresh();
    while (this.at < this.count) this.note(engine.records + WORDS * this.at++);
    return undefined;
  }
}
