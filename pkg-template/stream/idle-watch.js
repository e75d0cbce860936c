// The limit on how long bytes may stay away. Setting and clearing a timer costs as much as reading a chunk does, and so does a look at the
// clock. So there is one timer for all reads, which looks four times in the limit whether it is still the same read that waits: a
// read is ended when it has waited for the limit, or a quarter of it longer.

const LOOKS = 4;

export class IdleWatch {
  #ms;
  #guard;
  #timer;
  #isWaiting = false;
  /** Reads begun so far. */
  #reads = 0;
  /** The read that the last look saw, and how many looks have seen it. */
  #seen = 0;
  #looks = 0;

  /**
   * @param {number} ms how long a read may take
   * @param {{ expire: (kind: string) => void }} guard told once, when one takes longer. No function: it would hold the stream
   */
  constructor(ms, guard) {
    this.#ms = ms;
    this.#guard = guard;
  }

  /** A read begins. */
  begin() {
    this.#isWaiting = true;
    this.#reads++;
    if (this.#timer === undefined) this.#sleep();
  }

  /** The read is over. */
  end() {
    this.#isWaiting = false;
  }

  /** No more reads will come. */
  stop() {
    this.#isWaiting = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sleep() {
    if (this.#seen !== this.#reads) {
      this.#seen = this.#reads;
      this.#looks = 0;
    }
    this.#timer = setTimeout(() => this.#look(), this.#ms / LOOKS);
  }

  #look() {
    this.#timer = undefined;
    // Whoever reads again sets it again: a reader who takes his time keeps no process alive.
    if (!this.#isWaiting) return;
    if (this.#seen === this.#reads) this.#looks++;
    if (this.#looks < LOOKS) this.#sleep();
    else this.#guard.expire("idle");
  }
}
