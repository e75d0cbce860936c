// The whole text of a reply: it gathers in the engine's text area and is decoded in large pieces; no object is made per event.

import * as engine from "./engine.js";
import { MODE_TEXT, PENDING, TOOL_ARGUMENTS, TOOL_DELTA, WORDS } from "./records.js";
import { ReplyChannel } from "./reply-channel.js";

/** Text is taken when this much waits. */
const TAKE_AT = 65536;

export class TextChannel extends ReplyChannel {
  constructor(source) {
    super(source, MODE_TEXT);
    /** How much of the text area has been taken. */
    this.taken = 0;
  }

  /** Reads to the end. */
  async drain() {
    while (!(await this.next()).done);
    return this.transcript;
  }

  scan() {
    while (this.at < this.count) {
      const r = engine.records + WORDS * this.at++;
      const kind = engine.ints[r] & 0xff;
      if (kind === PENDING) {
        this.taken = engine.ints[r + 2] + engine.ints[r + 3];
        this.transcript.text(engine.textBetween(engine.ints[r + 2], this.taken));
        continue;
      }
      this.note(r);
      if (kind === TOOL_ARGUMENTS || kind === TOOL_DELTA) this.toolTaken();
    }
    return undefined;
  }

  refill() {
    if (engine.owns(this) && engine.textLength() - this.taken > TAKE_AT) this.#take();
    return super.refill();
  }

  spill() {
    super.spill();
    this.#take();
  }

  decorate(error) {
    if (engine.owns(this)) this.#take();
    super.decorate(error);
  }

  #take() {
    const length = engine.textLength();
    if (length > this.taken) this.transcript.text(engine.textBetween(this.taken, length));
    this.taken = 0;
    engine.textTaken();
  }
}
