// Who reads a value that grows: loops over what is in it so far.

/** One loop's place. `find()` of a kind of reader gives the next value that is there, undefined if there is none. */
class Reader {
  left = false;

  /** @param {import("./growing.js").Growing} growing @param {() => void} onLeft */
  constructor(growing, onLeft) {
    this.growing = growing;
    this.onLeft = onLeft;
  }

  next() {
    return this.there() ?? this.growing.read(this);
  }

  /** What can be said at once: a promise of it. */
  there() {
    if (this.left) return Promise.resolve({ value: undefined, done: true });
    const value = this.find();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    const { over, error } = this.growing;
    if (!over) return undefined;
    this.leave();
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  /** What this one gets who waited for another one's chunk, or for the end. */
  settle() {
    return this.there() ?? this.#readOn();
  }

  /** That chunk had nothing for this loop. A loop, since a chain of promises would grow with every such chunk. */
  async #readOn() {
    let there;
    const reader = { find: () => this.find(), settle: () => this.there() };
    while (there === undefined) there = await this.growing.read(reader);
    return there;
  }

  leave() {
    if (this.left) return;
    this.left = true;
    this.onLeft();
  }
}

/** The value, each time that it has grown. */
export class PartialReader extends Reader {
  #seen = 0;

  find() {
    const { version } = this.growing;
    if (this.#seen === version || this.left) return undefined;
    this.#seen = version;
    return this.growing.lastValue();
  }
}

/** The items of an array, each when it is complete. */
export class ElementReader extends Reader {
  #at = 0;
  #resets = 0;

  find() {
    const { completed, value, resets } = this.growing.builder;
    if (this.left) return undefined;
    if (this.#resets !== resets) {
      this.#resets = resets;
      this.#at = 0;
    }
    return this.#at < completed ? value[this.#at++] : undefined;
  }
}

/** Who wants all of it. */
export const WHOLE = { find() {}, settle() {} };
