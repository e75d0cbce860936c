// One stream being read: pulls chunks, has them fed, and hands out what their records say, one value at a time.
//
// The iterator is written by hand because an async generator costs several times more a step. A value that is already there is
// returned without waiting; otherwise the one pending read is. `next()` may be called again before an earlier call has settled: calls
// are served in their order.

import { abandoned, close, feed, feedOn, feedWhole, finish, open, PIECE } from "./engine.js";
import { connectionError } from "./errors.js";
import { ENDED, MORE, NEW } from "./records.js";
import { Wait } from "./wait.js";

const encoder = new TextEncoder();
const nothing = () => {};

/** Outside of the class, since a function made in it would hold the channel. */
const stopper = (wait, signal) => () => wait.stream?.stop(signal.reason);

/**
 * Where bytes come from and who is to know: `{ body, json, maxEventBytes, idleMs, guard, meta, startedAt }`, see ai-stream.js.
 * Subclasses say what records become: `scan()` reads on in them to the next value, and returns undefined when there is none left.
 */
export class Channel {
  constructor(source, mode) {
    this.source = source;
    try {
      this.handle = open(mode, source.maxEventBytes);
    } catch (error) {
      source.guard?.abort();
      throw error;
    }
    this.reader = source.json === null ? source.body.getReader() : null;
    const { guard } = source;
    abandoned.register(this, { guard, body: this.reader, handle: this.handle }, this);
    this.wait = new Wait(this, source.idleMs, guard);
    /** Records of the last feed: the next to read, and how many. */
    this.at = 0;
    this.count = 0;
    /** What there is to do but to read on: in the middle of a stream, nothing. */
    this.flags = NEW;
    /** The chunk that was fed last and where its piece begins in it and in the engine's buffer: places of `raw` follow from these. */
    this.chunk = null;
    this.offset = 0;
    this.base = 0;
    /** The chunk before it: an event may begin in one and end in the other. */
    this.before = null;
    /** What of the chunk is still to be fed. */
    this.rest = null;
    /** Values read out before another stream took the tables. */
    this.spilled = null;
    this.failure = null;
    /** Calls of `next()` that have not settled. */
    this.waiting = 0;
    /** The last of them, where they are several, and what lets the first of those behind the one that reads go on. */
    this.tail = null;
    this.onSettled = null;
    this.closed = false;
    this.onRead = (result) => {
      let value;
      try {
        // Nearly all chunks of most streams: every step that is saved here counts.
        if (this.flags === 0 && !result.done) {
          const chunk = result.value;
          if (chunk.constructor === Uint8Array && chunk.length <= PIECE) {
            // As `accept` does, without the call.
            this.before = this.chunk;
            this.chunk = chunk;
            this.offset = 0;
            feed(this, chunk);
          } else {
            this.accept(chunk);
          }
          value = this.scan() ?? this.take();
        } else {
          value = this.#digest(result);
        }
      } catch (error) {
        this.#settled();
        this.#ended(error);
      }
      if (value === undefined) return this.#loop();
      this.#settled();
      return { value, done: false };
    };
    this.onBreak = (cause) => {
      this.#settled();
      return this.#broken(cause);
    };
    const signal = guard?.signal;
    this.onAbort = stopper(this.wait, signal);
    if (signal?.aborted) this.stop(signal.reason);
    else signal?.addEventListener("abort", this.onAbort);
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (this.waiting === 0) {
      try {
        const value = this.take();
        if (value !== undefined) return Promise.resolve({ value, done: false });
      } catch (error) {
        return Promise.reject(error);
      }
      return this.pull();
    }
    if (this.waiting === 1) this.tail = new Promise((resolve) => (this.onSettled = resolve));
    this.waiting++;
    const turn = () => this.#turn();
    return (this.tail = this.tail.then(turn, turn));
  }

  /** Leaving the loop: the request is cancelled. */
  return(value) {
    this.leave();
    return Promise.resolve({ value, done: true });
  }

  /** Ends the reading without an error, and the request with it. */
  leave() {
    if (this.closed) return;
    this.#drop();
    this.source.guard?.abort();
    this.#close();
  }

  /** Ends the reading with an error for whoever reads next. */
  stop(error) {
    if (this.closed) return;
    this.failure = error;
    this.#drop();
  }

  /** Reads on to the next value; undefined when more bytes are needed. */
  take() {
    try {
      return this.#take();
    } catch (error) {
      return this.#ended(error);
    }
  }

  #take() {
    for (;;) {
      if (this.spilled !== null) {
        const value = this.spilled[this.at++];
        if (this.at === this.spilled.length) {
          this.spilled = null;
          this.at = 0;
        }
        if (value instanceof Thrown) this.#fail(value.error);
        return value;
      }
      const value = this.scan();
      if (value !== undefined) return value;
      if (!this.refill()) return undefined;
    }
  }

  /** Gets records from bytes that are here already; false when there are none. */
  refill() {
    for (;;) {
      if ((this.flags & MORE) !== 0) {
        feedOn(this);
      } else if (this.rest !== null && (this.flags & ENDED) === 0) {
        this.#feedPiece(this.rest);
      } else {
        return false;
      }
      if (this.count > 0) return true;
    }
  }

  /** Another stream takes the tables: reads out all that is in them. */
  spill() {
    if (this.spilled !== null) return;
    const values = [];
    try {
      for (let value = this.scan(); value !== undefined; value = this.scan()) values.push(value);
    } catch (error) {
      values.push(new Thrown(error));
    }
    this.forget();
    if (values.length > 0) this.spilled = values;
  }

  /** The records will not be read on. */
  forget() {
    this.at = 0;
    this.count = 0;
  }

  /** One chunk in as few pieces as the engine takes. */
  accept(chunk) {
    const whole = chunk.constructor === Uint8Array ? chunk : toBytes(chunk);
    this.before = this.chunk;
    this.chunk = whole;
    this.offset = 0;
    if (whole.length <= PIECE) feed(this, whole);
    else this.#feedPiece(whole);
  }

  #feedPiece(bytes) {
    // Another stream has had the window since: the rest counts as a chunk of its own.
    this.chunk ??= bytes;
    // `bytes` is a suffix of the chunk.
    this.offset = this.chunk.length - bytes.length;
    this.rest = bytes.length > PIECE ? bytes.subarray(PIECE) : null;
    feed(this, bytes.length > PIECE ? bytes.subarray(0, PIECE) : bytes);
  }

  #begin() {
    const { guard, meta, startedAt } = this.source;
    guard?.firstByte();
    // A whole answer's first byte came long before it was read here.
    if (meta) meta.firstByteMs = (guard.firstByteAt ?? performance.now()) - startedAt;
  }

  /** A call of `next()` that waited for the one before it. */
  #turn() {
    let value;
    try {
      value = this.take();
    } catch (error) {
      this.#settled();
      throw error;
    }
    if (value === undefined) return this.#read();
    this.#settled();
    return { value, done: false };
  }

  /** A call of `next()` has settled: another one may be waiting for that. */
  #settled() {
    this.wait.end();
    this.waiting--;
    if (this.onSettled !== null) {
      this.onSettled();
      this.onSettled = null;
    }
  }

  /** Waits for a value, with no other call before this one. */
  pull() {
    this.waiting = 1;
    return this.#read();
  }

  #read() {
    if (this.reader === null || this.#isOver()) return this.#loop();
    this.wait.begin(this);
    return this.reader.read().then(this.onRead, this.onBreak);
  }

  /** Reads until there is a value. A loop, since a chain of promises would grow with every chunk that says nothing. */
  async #loop() {
    try {
      for (;;) {
        if (this.#isOver()) return this.#end();
        let value;
        if (this.reader === null) {
          value = this.#digest();
        } else {
          this.wait.begin(this);
          let result;
          try {
            result = await this.reader.read();
          } catch (cause) {
            return this.#broken(cause);
          }
          value = this.#digest(result);
        }
        if (value !== undefined) return { value, done: false };
      }
    } finally {
      this.#settled();
    }
  }

  #digest(result) {
    // It was stopped while it waited.
    if (this.#isOver()) return undefined;
    try {
      if (result === undefined) {
        // The whole answer was JSON.
        this.#begin();
        feedWhole(this, encoder.encode(this.source.json));
        this.flags |= ENDED;
      } else if (result.done) {
        finish(this);
        this.flags |= ENDED;
      } else {
        if ((this.flags & NEW) !== 0) this.#begin();
        this.accept(result.value);
      }
      return this.#take();
    } catch (error) {
      return this.#ended(error);
    }
  }

  #isOver() {
    return (this.flags & ENDED) !== 0;
  }

  #end() {
    if (this.failure !== null && !this.closed) this.#fail(this.failure);
    this.#close();
    return { value: undefined, done: true };
  }

  /** The connection broke, or was broken off. */
  #broken(cause) {
    if (this.closed) return { value: undefined, done: true };
    const { guard } = this.source;
    return this.#fail(
      this.failure ?? (guard?.signal.aborted ? guard.signal.reason : connectionError(guard, cause)),
    );
  }

  /** What did not end the stream itself ends it here: a chunk that is no bytes, or a failure inside. */
  #ended(error) {
    if (this.closed) throw error;
    return this.#fail(error);
  }

  /** Ends with an error. */
  #fail(error) {
    this.failure = error;
    this.forget();
    this.decorate(error);
    this.#drop();
    this.source.guard?.abort();
    this.#close();
    throw error;
  }

  /** For subclasses: adds what is known to an error before it is thrown. */
  decorate(_error) {}

  /** For subclasses: a failure that a record tells of. */
  fail(error) {
    this.#fail(error);
  }

  /** Forgets what has not been read, and tells the sender that no more is wanted. */
  #drop() {
    this.forget();
    this.rest = null;
    this.spilled = null;
    this.flags = ENDED;
    this.reader?.cancel(this.failure ?? undefined).catch(nothing);
  }

  /** Gives back everything that the stream holds. */
  #close() {
    if (this.closed) return;
    this.closed = true;
    this.forget();
    abandoned.unregister(this);
    close(this, this.handle);
    // After [DONE] the sender may keep the connection open; it has nothing more to say.
    this.reader?.cancel().catch(nothing);
    this.chunk = null;
    this.before = null;
    this.wait.stop();
    const { guard, meta, startedAt } = this.source;
    guard?.signal.removeEventListener("abort", this.onAbort);
    guard?.release();
    if (meta && startedAt !== undefined) meta.durationMs = performance.now() - startedAt;
    this.source.onClose?.();
  }
}

class Thrown {
  constructor(error) {
    this.error = error;
  }
}

function toBytes(chunk) {
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (typeof chunk === "string") return encoder.encode(chunk);
  if (Object.prototype.toString.call(chunk) === "[object ArrayBuffer]") return new Uint8Array(chunk);
  throw connectionError(undefined, new TypeError("the stream gave a chunk that is neither bytes nor text"));
}
