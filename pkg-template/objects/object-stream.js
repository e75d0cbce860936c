// The stream that `streamObject` returns.

import { ignoreRejection, named, shownAs } from "../core.js";
import { Growing } from "./growing.js";
import { ElementReader, PartialReader, WHOLE } from "./readers.js";

export class ObjectStream {
  #stream;
  #growing;
  #object = undefined;
  /** Number of active loops, and whether `final()` has been called. */
  #activeLoops = 0;
  #awaited = false;

  constructor(stream, judge, root) {
    this.#stream = stream;
    this.#growing = new Growing(stream, judge, root);
  }

  static {
    shownAs(ObjectStream.prototype, function () {
      const { over, channel } = this.#growing;
      const state = over ? "finished" : channel === null ? "unread" : "reading";
      return `ObjectStream { model: "${this.meta.model}", state: "${state}" }`;
    });
  }

  get meta() {
    return this.#stream.meta;
  }

  get partials() {
    return this.#loop(PartialReader);
  }

  get elements() {
    return this.#loop(ElementReader);
  }

  get object() {
    this.#object ??= this.final().then(({ object }) => object);
    // `final()` and loops report the same error themselves.
    ignoreRejection(this.#object);
    return this.#object;
  }

  async final() {
    this.#awaited = true;
    const growing = this.#growing;
    while (!growing.over) await growing.read(WHOLE);
    if (growing.error !== undefined) throw growing.error;
    return growing.result;
  }

  abort(reason) {
    this.#growing.abort(reason);
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    if (!this.#growing.over) this.#growing.leave();
  }

  /** An iterable over one kind of reader. */
  #loop(Kind) {
    const begin = () => {
      this.#activeLoops++;
      const onLeft = () => {
        this.#activeLoops--;
        if (this.#activeLoops === 0 && !this.#awaited && !this.#growing.over) this.#growing.leave();
      };
      return new Loop(new Kind(this.#growing, onLeft));
    };
    return { [Symbol.asyncIterator]: begin };
  }
}

/** The iterator that callers receive; it hides the reader. */
class Loop {
  #reader;

  constructor(reader) {
    this.#reader = reader;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    return this.#reader.next();
  }

  return(value) {
    this.#reader.leave();
    return Promise.resolve({ value, done: true });
  }
}

named({ ObjectStream });
