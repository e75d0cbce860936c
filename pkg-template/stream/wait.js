// The state of a stream that outlives it: a weak reference to the stream, whether a read is pending, and the
// time limit of a read.
//
// Setting and clearing a timer costs as much as reading a chunk, and so does reading the clock. So all reads
// share one timer, which checks four times per limit whether the same read is still pending: a read times out
// after between 1 and 1.25 times the limit. The timer keeps the process alive only while a read is pending.
// `ref` and `unref` cost as much as a chunk too, so `unref` is deferred to the end of the turn of the event
// loop, in which many chunks may be read.

import { ref, unref } from "../client/promises.js";

const LOOKS = 4;

/** Node, Bun and Deno have it: the runtimes whose timers keep a process alive. */
const laterInTurn = globalThis.setImmediate;

/** Without WeakRef (Workers, as with FinalizationRegistry) an unread stream lives as long as its request. */
export const Weak =
  globalThis.WeakRef ??
  class {
    constructor(target) {
      this.deref = () => target;
    }
  };

export class Wait {
  /** The stream, while a read is pending. */
  awaited = undefined;
  /** Number of reads so far. */
  reads = 0;
  /** The timer: undefined if none is set, null if there will never be one. */
  timer;
  #weak;
  #ms;
  #guard;
  /** The read that the last check saw, and the number of checks that have seen it. */
  #seen = 0;
  #looks = 0;
  /** True if the timer keeps the process alive. */
  #keeps = false;
  /** True if `unref` is scheduled for the end of the turn. */
  #isChecked = false;

  /**
   * @param {object} stream
   * @param {number} ms limit of a read, 0 for none
   * @param {{ expire: (kind: string) => void }} guard called once, when a read times out. Not a callback,
   *   which would keep the stream alive
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

  /** The read has settled. */
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

  /** No more reads will follow. */
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
    // Timers that are plain numbers, as in browsers and Workers, keep nothing alive.
    this.#keeps = typeof this.timer === "object" || globalThis.Deno !== undefined;
  }

  #look() {
    this.timer = undefined;
    this.#keeps = false;
    // The next read sets the timer again: a slow consumer keeps no process alive.
    if (this.awaited === undefined) return;
    if (this.#seen === this.reads) this.#looks++;
    if (this.#looks < LOOKS) this.#sleep();
    else this.#guard.expire("idle");
  }
}
