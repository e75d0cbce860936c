// Readers of a growing value: loops over what has been parsed so far.

/** The position of one loop. `find()` of a subclass returns the next available value, or undefined. */
class Reader {
  left = false;

  /** @param {import("./growing.js").Growing} growing @param {() => void} onLeft */
  constructor(growing, onLeft) {
    this.growing = growing;
    this.onLeft = onLeft;
  }

  next() {
    return this.available() ?? this.growing.read(this);
  }

  /** A promise of the result that is available without reading, or undefined. */
  available() {
    if (this.left) return Promise.resolve({ value: undefined, done: true });
    const value = this.find();
    if (value !== undefined) return Promise.resolve({ value, done: false });
    const { over, error } = this.growing;
    if (!over) return undefined;
    this.leave();
    return error === undefined ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  /** The result for a reader that waited for another reader's chunk, or for the end. */
  settle() {
    return this.available() ?? this.#readOn();
  }

  /** The chunk had no value for this loop. A loop, since a promise chain would grow with every such chunk. */
  async #readOn() {
    let result;
    const reader = { find: () => this.find(), settle: () => this.available() };
    while (result === undefined) result = await this.growing.read(reader);
    return result;
  }

  leave() {
    if (this.left) return;
    this.left = true;
    this.onLeft();
  }
}

/** Yields the value each time that it has grown. */
export class PartialReader extends Reader {
  #seen = 0;

  find() {
    const { version } = this.growing;
    if (this.#seen === version || this.left) return undefined;
    this.#seen = version;
    return this.growing.lastValue();
  }
}

/** Yields the items of an array, each when it is complete. */
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

/** Reads to the end without yielding values. */
export const WHOLE = { find() {}, settle() {} };
