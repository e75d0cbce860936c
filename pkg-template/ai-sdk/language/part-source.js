// Where the parts of a stream come from: the events of the client's, all that one network chunk brings in one step.

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
   * @param {{ answerTool?: string, startedAt: number, failure: (error: unknown) => unknown, raw?: object }} how `failure`: the SDK's error of one of the client's; `raw`: the
   *   service's own chunks, see raw.js
   */
  constructor(stream, { failure, raw, ...how }) {
    // An iterator of the client's, which also gives what has come already without waiting.
    this.#events = stream[Symbol.asyncIterator]();
    this.#raw = raw;
    this.#failure = failure;
    const thoughts = () => this.#events.transcript.thoughts;
    this.#make = new Parts(stream, this.parts, { ...how, thoughts });
  }

  /** The first events; a failure that comes before them rejects. */
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

  /** @returns {Promise<void> | undefined} where nothing came of it */
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

  /** The client gave up on the reply. */
  async #fail(error) {
    await this.#raw?.gathered(true);
    this.#raw?.moveTo(this.parts);
    this.#raw?.cancel();
    this.isOver = true;
    const calls = brokenCalls(error);
    if (calls !== undefined) this.#make.addBroken(calls);
    // Whoever aborts knows of it: the SDK looks for the reason of its signal, as a body of `fetch` breaks with it.
    else if (isWorkersAIError(error) && error.code === "ABORTED")
      this.broken = { reason: this.#failure(error) };
    else this.#make.fail(this.#failure(error), error?.partial);
  }
}
