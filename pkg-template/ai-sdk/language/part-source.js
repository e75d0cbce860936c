// Produces the parts of a stream from the client's events, all events of one network chunk per step.

import { isWorkersAIError } from "../../core.js";
import { brokenCalls } from "./broken.js";
import { Parts } from "./parts.js";

/** @implements {import("./part-stream.js").PartSource} */
export class PartSource {
  parts = [];
  at = 0;
  isOver = false;
  broken = undefined;
  #events;
  #raw;
  #make;
  #failure;
  #taken = (result) => this.#take(result);
  #failed = (error) => this.#fail(error);

  /**
   * @param {object} stream the client's
   * @param {{ answerTool?: string, startedAt: number, failure: (error: unknown) => unknown, raw?: object }}
   *   how `failure`: converts an error of the client to the SDK's; `raw`: the service's own chunks, see
   *   raw.js
   */
  constructor(stream, { failure, raw, ...how }) {
    // The client's iterator, whose `take()` also returns received events synchronously.
    this.#events = stream[Symbol.asyncIterator]();
    this.#raw = raw;
    this.#failure = failure;
    const thoughts = () => this.#events.transcript.thoughts;
    this.#make = new Parts(stream, this.parts, { ...how, thoughts });
  }

  /** Reads the first events; rejects if the stream fails before them. */
  async begin() {
    const result = await this.#events.next();
    await this.#raw?.gathered(result.done);
    this.#take(result);
  }

  fill() {
    const next = this.#raw === undefined ? this.#events.next() : this.#nextWithRaw();
    return next.then(this.#taken, this.#failed);
  }

  cancel() {
    this.isOver = true;
    this.parts.length = 0;
    this.at = 0;
    this.#raw?.cancel();
    this.#events.leave();
  }

  /** @returns {Promise<void> | undefined} a promise if the events produced no part */
  #take({ done, value }) {
    const { parts } = this;
    if (this.at === parts.length) {
      parts.length = 0;
      this.at = 0;
    }
    this.#raw?.moveTo(parts);
    if (done) {
      this.#raw?.cancel();
      this.isOver = true;
      return undefined;
    }
    const make = this.#make;
    const events = this.#events;
    try {
      make.add(value);
      events.sink = make.blocks;
      for (let event = events.take(); event !== undefined; event = events.take()) make.add(event);
    } catch (error) {
      return this.#fail(error);
    } finally {
      events.sink = null;
    }
    return parts.length === 0 ? this.fill() : undefined;
  }

  async #nextWithRaw() {
    const result = await this.#events.next();
    await this.#raw.gathered(result.done);
    return result;
  }

  /** The client has ended the stream with an error. */
  async #fail(error) {
    await this.#raw?.gathered(true);
    this.#raw?.moveTo(this.parts);
    this.#raw?.cancel();
    this.isOver = true;
    const calls = brokenCalls(error);
    if (calls !== undefined) this.#make.addBroken(calls);
    // As with a body of `fetch`, the stream errors with the reason of the aborted signal, which the SDK
    // compares.
    else if (isWorkersAIError(error) && error.code === "ABORTED")
      this.broken = { reason: this.#failure(error) };
    else this.#make.fail(this.#failure(error), error?.partial);
  }
}
