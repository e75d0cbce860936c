// What outlives a stream knows of it: how to reach it, whether somebody waits for it, and for how long a read may keep him waiting.
//
// Setting and clearing a timer costs as much as reading a chunk does, and so does a look at the clock. So there is one timer for all
// reads, which looks four times in the limit whether it is still the same read that waits: a read is ended when it has waited for the
// limit, or a quarter of it longer. The timer keeps a process alive while a read is pending, and no longer.

import { ref, unref } from "../client/promises.js";

const LOOKS = 4;

/** Without it (Workers, as with FinalizationRegistry) a stream that nobody reads lives as long as its request. */
export const Weak =
  globalThis.WeakRef ??
  class {
    constructor(target) {
      this.deref = () => target;
    }
  };

export class Wait {
  /** The stream, while somebody waits for it. */
  awaited = undefined;
  /** Reads begun so far. */
  reads = 0;
  /** The timer: undefined while there is none, null for ever. */
  timer;
  #weak;
  #ms;
  #guard;
  /** The read that the last look saw, and how many looks have seen it. */
  #seen = 0;
  #looks = 0;

  /**
   * @param {object} stream
   * @param {number} ms how long a read may take, 0 for any time
   * @param {{ expire: (kind: string) => void }} guard called once, when one takes longer. No function: it would hold the stream
   */
  constructor(stream, ms, guard) {
    this.#weak = new Weak(stream);
    this.#ms = ms;
    this.#guard = guard;
    this.timer = ms > 0 ? undefined : null;
  }

  get stream() {
    return this.awaited ?? this.#weak.deref();
  }

  /** A read begins. */
  begin(stream) {
    this.awaited = stream;
    this.reads++;
    if (this.timer === undefined) this.#sleep();
    else if (this.timer !== null) ref(this.timer);
  }

  /** The read is over. */
  end() {
    this.awaited = undefined;
    if (this.timer) unref(this.timer);
  }

  /** No more reads will come. */
  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.end();
  }

  #sleep() {
    if (this.#seen !== this.reads) {
      this.#seen = this.reads;
      this.#looks = 0;
    }
    this.timer = setTimeout(() => this.#look(), this.#ms / LOOKS);
  }

  #look() {
    this.timer = undefined;
    // Whoever reads again sets it again: a reader who takes his time keeps no process alive.
    if (this.awaited === undefined) return;
    if (this.#seen === this.reads) this.#looks++;
    if (this.#looks < LOOKS) this.#sleep();
    else this.#guard.expire("idle");
  }
}
