// A stream of parts that are made many at a time. It is a `ReadableStream` like any other: `pipeThrough`, `tee` and loops take its parts from the stream's
// own queue. Only its reader, which asks for them one by one, gets them from the array in which they were made: a part's way through the queue takes several
// times longer than making it.

/** Nothing is made before somebody reads. */
const ON_DEMAND = { highWaterMark: 0 };

/**
 * @typedef {object} PartSource
 * @property {object[]} parts made and not taken
 * @property {number} at the next of them
 * @property {boolean} isOver are these the last?
 * @property {{ reason: unknown } | undefined} broken why the stream ends with an error behind them
 * @property {() => Promise<void>} fill settles when there is a part, or when it is over; never rejects
 * @property {() => unknown} cancel
 */

export class PartStream extends ReadableStream {
  #source;

  /** @param {PartSource} source */
  constructor(source) {
    super(
      {
        pull(controller) {
          if (source.at < source.parts.length || source.isOver) return hand(source, controller);
          return source.fill().then(() => hand(source, controller));
        },
        cancel: () => source.cancel(),
      },
      ON_DEMAND,
    );
    this.#source = source;
  }

  getReader(options) {
    return options?.mode === undefined ? new PartReader(this, this.#source) : super.getReader(options);
  }
}

/** Puts what is there into the stream's queue. */
function hand(source, controller) {
  while (source.at < source.parts.length) controller.enqueue(source.parts[source.at++]);
  if (!source.isOver) return;
  if (source.broken === undefined) controller.close();
  else controller.error(source.broken.reason);
}

class PartReader extends ReadableStreamDefaultReader {
  #source;
  /** The last read that waits. */
  #waiting = null;

  constructor(stream, source) {
    super(stream);
    this.#source = source;
  }

  read() {
    const source = this.#source;
    if (this.#waiting === null) {
      if (source.at < source.parts.length)
        return Promise.resolve({ value: source.parts[source.at++], done: false });
      // The end is the stream's to tell, and so is that this reader was released.
      if (source.isOver) return super.read();
    }
    return this.#wait();
  }

  releaseLock() {
    super.releaseLock();
    // What it gives from now on is the stream's refusal.
    this.#source = RELEASED;
  }

  /** Reads are served in their order. */
  #wait() {
    const next = this.#waiting === null ? this.#source.fill() : this.#waiting.then(() => this.#filled());
    const read = next.then(() => {
      if (this.#waiting === read) this.#waiting = null;
      const source = this.#source;
      return source.at < source.parts.length
        ? { value: source.parts[source.at++], done: false }
        : super.read();
    });
    this.#waiting = read;
    return read;
  }

  #filled() {
    const { at, parts, isOver } = this.#source;
    return at < parts.length || isOver ? undefined : this.#source.fill();
  }
}

const RELEASED = { parts: [], at: 0, isOver: true };
