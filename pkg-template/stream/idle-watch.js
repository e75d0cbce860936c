// The limit on how long bytes may stay away. Setting and clearing a timer costs as much as reading a chunk does, so there is one timer
// for all reads: it looks how long the pending one has been waiting, and sleeps again until that one's time would be up.

export class IdleWatch {
  #ms;
  #expire;
  #timer;
  #isWaiting = false;
  #since = 0;

  /**
   * @param {number} ms how long a read may take
   * @param {() => void} expire called once, when one takes longer
   */
  constructor(ms, expire) {
    this.#ms = ms;
    this.#expire = expire;
  }

  /** A read begins. */
  begin() {
    this.#isWaiting = true;
    this.#since = performance.now();
    if (this.#timer === undefined) this.#sleep(this.#ms);
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

  #sleep(ms) {
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look() {
    this.#timer = undefined;
    // Whoever reads again sets it again: a reader who takes his time keeps no process alive.
    if (!this.#isWaiting) return;
    const left = this.#since + this.#ms - performance.now();
    if (left > 0) this.#sleep(left);
    else this.#expire();
  }
}
