// A stream of parts that are produced in batches. `pipeThrough`, `tee` and loops read it like any
// `ReadableStream`, from its own queue. Its default reader takes parts directly from the array of the batch,
// since passing a part through the queue takes several times longer than producing it.

/** Nothing is produced before the first read. */
const ON_DEMAND = { highWaterMark: 0 };

/**
 * @typedef {object} PartSource
 * @property {object[]} parts the current batch
 * @property {number} at index of the next unread part
 * @property {boolean} isOver true if this is the last batch
 * @property {{ reason: unknown } | undefined} broken the error that follows the last part
 * @property {() => Promise<void>} fill resolves when there is a part, or at the end; never rejects
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

/** Moves the batch to the stream's queue. */
function hand(source, controller) {
  while (source.at < source.parts.length) controller.enqueue(source.parts[source.at++]);
  if (!source.isOver) return;
  if (source.broken === undefined) controller.close();
  else controller.error(source.broken.reason);
}

class PartReader extends ReadableStreamDefaultReader {
  #source;
  /** The last pending read. */
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
      // The stream itself reports the end, and that this reader was released.
      if (source.isOver) return super.read();
    }
    return this.#wait();
  }

  releaseLock() {
    super.releaseLock();
    // From now on reads are rejected by the stream.
    this.#source = RELEASED;
  }

  /** Queues a read: reads are served in order. */
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
