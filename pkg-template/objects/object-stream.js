// The stream that `streamObject` gives: any number of readers of one value that grows. Who wants more has the next chunk read; what it says is there
// for all of them.

import { failure, ignoreRejection, named, readWith, shownAs } from "../core.js";
import { Builder } from "./builder.js";
import { wasm } from "./instance.js";
import { Machine } from "./machine.js";
import { DONE } from "./records.js";
import { ValueChannel } from "./value-channel.js";

/** Most characters of JSON text. */
const MOST_TEXT = 64 * 1024 * 1024;

/** A snapshot is given for free as long as it costs so little; above that, so much for each character that has come. */
const FREE_COST = 64;
const COST_PER_CHARACTER = 1;

export class ObjectStream {
  #stream;
  #judge;
  /** Does the value come as the arguments of a tool? */
  #tool;
  #root;
  #machine;
  #builder;
  /** Who reads the reply; null before anybody does. */
  #channel = null;
  /** Who waits for the chunk that is being read: `{ find, settle }`; null while none is read. Others wait until it has been taken. */
  #reading = null;
  #waiting = [];
  /** What came with the chunk that is being taken. */
  #text = "";
  /** How often the value has been there to be read; the last snapshot of it, which is made when somebody reads, and which of them it is. */
  #version = 0;
  #snapshot = undefined;
  #snapshotOf = 0;
  /** Characters since then, and all. */
  #since = 0;
  #length = 0;
  /** The tool call that is read: the first one. */
  #slot = undefined;
  #over = false;
  #error = undefined;
  #result = undefined;
  #object = undefined;
  /** Loops that go on, and whether somebody waits for the whole. */
  #loops = 0;
  #awaited = false;

  constructor(stream, judge, { array, scalar, wrapped, tool }) {
    this.#stream = stream;
    this.#judge = judge;
    this.#tool = tool;
    this.#root = [array, scalar];
    this.#machine = new Machine(array, scalar);
    this.#builder = new Builder(wrapped);
  }

  static {
    shownAs(ObjectStream.prototype, function () {
      const state = this.#over ? "finished" : this.#channel === null ? "unread" : "reading";
      return `ObjectStream { model: "${this.meta.model}", state: "${state}" }`;
    });
  }

  get meta() {
    return this.#stream.meta;
  }

  get partials() {
    return this.#loop(() => {
      let seen = 0;
      return () => {
        if (seen === this.#version) return undefined;
        seen = this.#version;
        return { value: this.#lastValue(), done: false };
      };
    });
  }

  get elements() {
    return this.#loop(() => {
      let [at, resets] = [0, 0];
      return () => {
        const { completed, value } = this.#builder;
        if (resets !== this.#builder.resets) {
          resets = this.#builder.resets;
          at = 0;
        }
        return at < completed ? { value: value[at++], done: false } : undefined;
      };
    });
  }

  get object() {
    this.#object ??= this.final().then(({ object }) => object);
    // A loop throws it by itself.
    ignoreRejection(this.#object);
    return this.#object;
  }

  async final() {
    this.#awaited = true;
    while (!this.#over) await this.#read(WHOLE);
    if (this.#error !== undefined) throw this.#error;
    return this.#result;
  }

  abort(reason) {
    this.#stream.abort(reason);
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    if (!this.#over) this.#leave();
  }

  /** What reads values of one kind: `start` gives the function that finds the next one that is there. */
  #loop(start) {
    return {
      [Symbol.asyncIterator]: () => {
        this.#loops++;
        return new Loop(start(), {
          read: (reader) => this.#read(reader),
          isOver: () => this.#over,
          error: () => this.#error,
          leave: () => {
            this.#loops--;
            if (this.#loops === 0 && !this.#awaited && !this.#over) this.#leave();
          },
        });
      },
    };
  }

  /** Nobody wants the rest. */
  #leave() {
    this.#end(failure("ABORTED", "The stream was left before its end."));
    if (this.#channel === null) this.#stream.abort();
    else this.#channel.return();
  }

  /** Reads on until the reader finds something. Where another one reads, waits until a chunk has been taken. */
  #read(reader) {
    if (this.#reading !== null)
      return new Promise((resolve) => this.#waiting.push(resolve)).then(reader.settle);
    this.#reading = reader;
    try {
      this.#channel ??= this.#open();
    } catch (error) {
      this.#fail(error);
      return Promise.resolve(this.#concluded());
    }
    return this.#channel.next();
  }

  #open() {
    const channel = readWith(this.#stream, ValueChannel);
    channel.owner = {
      take: this.#take,
      taken: this.#taken,
      found: this.#found,
      failed: (error) => {
        this.#taken();
        if (!this.#over) this.#fail(error);
      },
      concluded: async () => {
        if (!this.#over) await this.#complete();
        return this.#concluded();
      },
    };
    return channel;
  }

  /** Takes a piece. */
  #take = (slot, text) => {
    if (slot === (this.#slot ?? -1)) this.#text += text;
    else if (this.#tool && this.#slot === undefined) {
      // What was said before is not the value.
      this.#text = text;
      this.#restart();
      this.#slot = slot;
    }
  };

  #taken = () => {
    try {
      this.#flush();
    } catch (error) {
      this.#fail(error);
    }
    this.#wake();
  };

  #flush() {
    const text = this.#text;
    this.#text = "";
    if (text !== "" && !this.#over) this.#feed(text);
  }

  #found = () => {
    const found = this.#reading?.find();
    if (found !== undefined) this.#reading = null;
    return found;
  };

  /** What the last reader gets. */
  #concluded() {
    const reader = this.#reading;
    this.#reading = null;
    this.#wake();
    return reader?.settle();
  }

  #wake() {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  #restart() {
    if (this.#length === 0) return;
    this.#machine.close();
    this.#machine = new Machine(...this.#root);
    this.#builder.reset();
  }

  #feed(text) {
    this.#since += text.length;
    this.#length += text.length;
    if (this.#length > MOST_TEXT)
      throw failure("TOO_LARGE", "The model's JSON is longer than 64 MiB: nobody waits for the rest.");
    this.#machine.feed(text, this.#builder);
    if (this.#builder.grown && this.#builder.cost <= FREE_COST + COST_PER_CHARACTER * this.#since)
      this.#publish();
  }

  /** The value so far is there to be read. */
  #publish() {
    const builder = this.#builder;
    if (!builder.begun || (builder.value === undefined && builder.snapshot() === undefined)) return;
    builder.grown = false;
    this.#version++;
  }

  #lastValue() {
    if (this.#snapshotOf !== this.#version) {
      this.#snapshot = this.#builder.snapshot();
      this.#snapshotOf = this.#version;
      this.#since = 0;
    }
    return this.#snapshot;
  }

  async #complete() {
    try {
      this.#machine.finish(this.#builder);
      const said = await this.#stream.final();
      const [result, value] = await wasm.settled(this.#judge.complete(said));
      if (this.#over) return;
      // It may have been found where the machine does not look: in a sentence, in a call that was written as text.
      const isText = this.#tool && this.#slot === undefined;
      if (this.#machine.phase !== DONE || isText) this.#builder.replace(value);
      if (this.#builder.grown) this.#publish();
      this.#result = result;
      this.#end();
    } catch (error) {
      if (!this.#over) this.#fail(error);
    }
  }

  #fail(cause) {
    if (this.#builder.grown) this.#publish();
    let error = cause;
    try {
      error = this.#judge.failed(cause);
    } catch {
      // The error tells more than that its judge is lost.
    }
    const partial = error?.partial;
    if (typeof partial === "object" && partial !== null && this.#version > 0)
      partial.object = this.#lastValue();
    const channel = this.#channel;
    this.#end(error);
    channel?.return();
  }

  #end(error) {
    this.#over = true;
    this.#error = error;
    this.#machine.close();
    this.#judge.free();
  }
}

/** Who wants all of it. */
const WHOLE = { find() {}, settle() {} };

/** A loop over what a stream has. */
class Loop {
  #next;
  #stream;
  #left = false;
  #reader;

  constructor(next, stream) {
    this.#next = next;
    this.#stream = stream;
    this.#reader = { find: () => (this.#left ? undefined : next()?.value), settle: this.#settle };
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    const there = this.#there();
    return there === undefined ? this.#stream.read(this.#reader) : Promise.resolve(there);
  }

  return(value) {
    this.#leave();
    return Promise.resolve({ value, done: true });
  }

  #settle = () => this.#there() ?? this.#readOn();

  /** Another one's chunk had nothing for this loop. A loop, since a chain of promises would grow with every such chunk. */
  async #readOn() {
    let there;
    const reader = { find: this.#reader.find, settle: () => this.#there() };
    while (there === undefined) there = await this.#stream.read(reader);
    return there;
  }

  /** What can be said at once. */
  #there() {
    if (this.#left) return { value: undefined, done: true };
    const next = this.#next();
    if (next !== undefined || !this.#stream.isOver()) return next;
    const error = this.#stream.error();
    this.#leave();
    if (error !== undefined) return Promise.reject(error);
    return { value: undefined, done: true };
  }

  #leave() {
    if (this.#left) return;
    this.#left = true;
    this.#stream.leave();
  }
}

named({ ObjectStream });
