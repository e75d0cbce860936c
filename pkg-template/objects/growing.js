// A value that is parsed while its reply is read, for any number of readers. The reader that needs more reads
// the next chunk; its contents are available to all of them.
//
// Members are public fields because each step here runs for every chunk.

import { failure, readWith } from "../core.js";
import { Builder } from "./builder.js";
import { wasm } from "./instance.js";
import { Machine } from "./machine.js";
import { DONE } from "./records.js";
import { ValueChannel } from "./value-channel.js";

/** Limit of the JSON text in characters. */
const MOST_TEXT = 64 * 1024 * 1024;

/**
 * A snapshot up to this cost is always taken; beyond it, the allowance grows with each character received. So
 * snapshots of any width take less than half the time of the stream itself, with one piece per chunk.
 */
const FREE_COST = 20;
const COST_PER_CHARACTER = 1;

export class Growing {
  /** Incremented when a new snapshot is available. */
  version = 0;
  over = false;
  error = undefined;
  result = undefined;
  /** The channel that reads the reply; null before the first read. */
  channel = null;

  /**
   * @param stream an `AIStream`
   * @param judge validates the complete answer
   * @param {{ array: boolean, scalar: boolean, wrapped: boolean, tool: boolean }} root the types allowed at
   *   the root; `wrapped` if the value is a member of the object there, `tool` if it is sent as the arguments
   *   of a tool call
   */
  constructor(stream, judge, { array, scalar, wrapped, tool }) {
    this.stream = stream;
    this.judge = judge;
    this.tool = tool;
    this.root = [array, scalar];
    this.machine = new Machine(array, scalar);
    this.builder = new Builder(wrapped);
    /**
     * The reader that waits for the current chunk, or null. Other readers wait until the chunk has been
     * processed.
     */
    this.reader = null;
    this.waiting = [];
    /** Text of the chunk that is being processed. */
    this.text = "";
    /** The last snapshot, taken when it is read, and its version. */
    this.snapshot = undefined;
    this.snapshotOf = 0;
    /** Characters since that snapshot, and in total. */
    this.since = 0;
    this.length = 0;
    /** The slot of the tool call that is read: the first one. */
    this.slot = undefined;
    /** Resolves when the stream ends, so that a pending validation is not awaited. */
    this.stopped = new Promise((resolve) => (this.stop = resolve));
  }

  /** Called by the caller. The reply may be complete and its value still under validation. */
  abort(reason) {
    this.stream.abort(reason);
    this.stop(failure("ABORTED", "The stream was aborted.", { cause: reason }));
  }

  /**
   * Reads until the reader finds a value. If another reader is reading, waits until a chunk has been
   * processed.
   */
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

  /** Cancels the stream: no reader is left. */
  leave() {
    this.#end(failure("ABORTED", "The stream was left before its end."));
    if (this.channel === null) this.stream.abort();
    else this.channel.return();
  }

  /** The last snapshot, refreshed if the value has grown. */
  lastValue() {
    if (this.snapshotOf !== this.version) {
      this.snapshot = this.builder.snapshot();
      this.snapshotOf = this.version;
      this.since = 0;
    }
    return this.snapshot;
  }

  /** For the channel: adds a piece of a call's arguments or, with slot -1, of the text. */
  take(slot, text) {
    if (slot === (this.slot ?? -1)) this.text = this.text === "" ? text : this.text + text;
    else if (this.tool && this.slot === undefined) {
      // Text before the call is not part of the value.
      this.text = text;
      this.#restart();
      this.slot = slot;
    }
  }

  /** For the channel: the chunk is complete. */
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

  /** For the channel: the value for the current reader; undefined if the next chunk is needed. */
  found() {
    const found = this.reader?.find();
    if (found !== undefined) this.reader = null;
    return found;
  }

  /** For the channel: the reading has failed. */
  failed(error) {
    this.taken();
    if (!this.over) this.fail(error);
  }

  /** For the channel: the reply has ended. Resolves with the result for the current reader. */
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

  /** Makes the value so far available to readers. */
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
      // The value may have been found outside of what the machine parses: in a sentence, in a call that was
      // sent as text, or after another value.
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
      // The original error is more useful than the one about the lost judge.
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
