// A value that grows while its reply is read, for any number of readers. Who wants more has the next chunk read; what it says is there for all of them.
//
// Its members are plain ones: each step here is a step of every chunk.

import { failure, readWith } from "../core.js";
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

export class Growing {
  /** How often the value has been there to be read. */
  version = 0;
  over = false;
  error = undefined;
  result = undefined;
  /** Who reads the reply; null before anybody does. */
  channel = null;

  /**
   * @param stream an `AIStream`
   * @param judge says what the whole answer is worth
   * @param {{ array: boolean, scalar: boolean, wrapped: boolean, tool: boolean }} root what may stand at the root; whether the value is a member of
   *   the object there, and comes as the arguments of a tool
   */
  constructor(stream, judge, { array, scalar, wrapped, tool }) {
    this.stream = stream;
    this.judge = judge;
    this.tool = tool;
    this.root = [array, scalar];
    this.machine = new Machine(array, scalar);
    this.builder = new Builder(wrapped);
    /** Who waits for the chunk that is being read; null while none is read. Others wait until it has been taken. */
    this.reader = null;
    this.waiting = [];
    /** What came with the chunk that is being taken. */
    this.text = "";
    /** The last snapshot, which is made when somebody reads, and of which version it is. */
    this.snapshot = undefined;
    this.snapshotOf = 0;
    /** Characters since then, and all. */
    this.since = 0;
    this.length = 0;
    /** The tool call that is read: the first one. */
    this.slot = undefined;
    /** Ends the wait for whoever judges the whole. */
    this.stopped = new Promise((resolve) => (this.stop = resolve));
  }

  /** The caller has had enough: the reply may be complete, and its value still be judged. */
  abort(reason) {
    this.stream.abort(reason);
    this.stop(failure("ABORTED", "The stream was aborted.", { cause: reason }));
  }

  /** Reads on until the reader finds something. Where another one reads, waits until a chunk has been taken. */
  read(reader) {
    if (this.reader !== null)
      return new Promise((resolve) => this.waiting.push(resolve)).then(() => reader.settle());
    this.reader = reader;
    if (this.channel === null) {
      try {
        this.channel = readWith(this.stream, ValueChannel);
        this.channel.owner = this;
      } catch (error) {
        this.fail(error);
        return Promise.resolve(this.#last());
      }
    }
    return this.channel.next();
  }

  /** Nobody wants the rest. */
  leave() {
    this.#end(failure("ABORTED", "The stream was left before its end."));
    if (this.channel === null) this.stream.abort();
    else this.channel.return();
  }

  /** The value so far. */
  lastValue() {
    if (this.snapshotOf !== this.version) {
      this.snapshot = this.builder.snapshot();
      this.snapshotOf = this.version;
      this.since = 0;
    }
    return this.snapshot;
  }

  /** For the channel: takes a piece, of a call's arguments or (slot -1) of the text. */
  take(slot, text) {
    if (slot === (this.slot ?? -1)) this.text = this.text === "" ? text : this.text + text;
    else if (this.tool && this.slot === undefined) {
      // What was said before is not the value.
      this.text = text;
      this.#restart();
      this.slot = slot;
    }
  }

  /** For the channel: all of a chunk has been taken. */
  taken() {
    const { text } = this;
    if (text !== "") {
      this.text = "";
      try {
        if (!this.over) this.#feed(text);
      } catch (error) {
        this.fail(error);
      }
    }
    if (this.waiting.length > 0) this.#wake();
  }

  /** For the channel: what whoever reads gets, undefined where the next chunk is needed. */
  found() {
    const found = this.reader?.find();
    if (found !== undefined) this.reader = null;
    return found;
  }

  /** For the channel: it failed. */
  failed(error) {
    this.taken();
    if (!this.over) this.fail(error);
  }

  /** For the channel: the reply is over. Gives what whoever reads gets. */
  async concluded() {
    if (!this.over) await this.#complete();
    return this.#last();
  }

  #last() {
    const { reader } = this;
    this.reader = null;
    this.#wake();
    return reader?.settle();
  }

  #wake() {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  #restart() {
    if (this.length === 0) return;
    this.machine.close();
    this.machine = new Machine(...this.root);
    this.builder.reset();
  }

  #feed(text) {
    this.since += text.length;
    this.length += text.length;
    if (this.length > MOST_TEXT)
      throw failure("TOO_LARGE", "The model's JSON is longer than 64 MiB: nobody waits for the rest.");
    const { builder } = this;
    this.machine.feed(text, builder);
    if (builder.grown && builder.cost <= FREE_COST + COST_PER_CHARACTER * this.since) this.#publish();
  }

  /** The value so far is there to be read. */
  #publish() {
    const { builder } = this;
    if (!builder.begun || (builder.value === undefined && builder.snapshot() === undefined)) return;
    builder.grown = false;
    this.version++;
  }

  async #complete() {
    try {
      this.machine.finish(this.builder);
      const answer = await this.stream.final();
      const judged = await wasm.settled(this.judge.complete(answer, this.stopped));
      if (this.over) return;
      if (!Array.isArray(judged)) throw judged;
      const [result, value, isFirst] = judged;
      // It may have been found where the machine does not look: in a sentence, in a call that was written as text, behind another one.
      const isText = this.tool && this.slot === undefined;
      if (this.machine.phase !== DONE || isText || !isFirst) this.builder.replace(value);
      if (this.builder.grown) this.#publish();
      this.result = result;
      this.#end();
    } catch (error) {
      if (!this.over) this.fail(error);
    }
  }

  fail(cause) {
    if (this.builder.grown) this.#publish();
    let error = cause;
    try {
      error = this.judge.failed(cause);
    } catch {
      // The error tells more than that its judge is lost.
    }
    const partial = error?.partial;
    if (typeof partial === "object" && partial !== null && this.version > 0)
      partial.object = this.lastValue();
    const { channel } = this;
    this.#end(error);
    channel?.return();
  }

  #end(error) {
    this.over = true;
    this.error = error;
    this.stop(error);
    this.machine.close();
    this.judge.free();
  }
}
