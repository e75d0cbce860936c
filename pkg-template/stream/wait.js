// What outlives a stream knows of it: how to reach it, whether somebody waits for it, and for how long a read may keep him waiting.
//
// Setting and clearing a timer costs as much as reading a chunk does, and so does a look at the clock. So there is one timer for all
// reads, which looks four times in the limit whether it is still the same read that waits: a read is ended when it has waited for the
// limit, or a quarter of it longer. The timer keeps a process alive while a read is pending, and no longer: having it let go and keep again
// costs as much as a chunk too, so that is put off to the end of the turn of the event loop, in which many chunks may be read.

import { ref, unref } from "../client/promises.js";

const LOOKS = 4;

/** Node, Bun and Deno have it, the runtimes whose timers keep a process alive. */
const laterInTurn = globalThis.setImmediate;

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
  /** Does the timer keep the process alive? */
  #keeps = false;
  /** Is it looked at again at the end of the turn? */
  #isChecked = false;

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
    if (this.timer === undefined) {
      this.#sleep();
    } else if (!this.#keeps && this.timer !== null) {
      ref(this.timer);
      this.#keeps = true;
    }
  }

  /** The read is over. */
  end() {
    this.awaited = undefined;
    if (!this.#keeps || this.#isChecked) return;
    if (laterInTurn === undefined) {
      this.#letGo();
    } else {
      this.#isChecked = true;
      laterInTurn(() => {
        this.#isChecked = false;
        this.#letGo();
      });
    }
  }

  /** No more reads will come. */
  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.awaited = undefined;
    this.#keeps = false;
  }

  #letGo() {
    if (this.awaited !== undefined || !this.#keeps || !this.timer) return;
    unref(this.timer);
    this.#keeps = false;
  }

  #sleep() {
    if (this.#seen !== this.reads) {
      this.#seen = this.reads;
      this.#looks = 0;
    }
    this.timer = setTimeout(() => this.#look(), this.#ms / LOOKS);
    // Where timers are plain numbers, as in browsers and Workers, they keep nothing alive.
    this.#keeps = typeof this.timer === "object" || globalThis.Deno !== undefined;
  }

  #look() {
    this.timer = undefined;
    this.#keeps = false;
    // Whoever reads again sets it again: a reader who takes his time keeps no process alive.
    if (this.awaited === undefined) return;
    if (this.#seen === this.reads) this.#looks++;
    if (this.#looks < LOOKS) this.#sleep();
    else this.#guard.expire("idle");
  }
}
