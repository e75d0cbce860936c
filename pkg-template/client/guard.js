// One call's limits of time and its cancellation: the caller's signal, the timers, and the signal that goes to the transport, which is
// aborted with a WorkersAIError whoever aborts it.

import { WorkersAIError } from "../error.js";
import { errorOfStream, failure } from "./core.js";
import { withhold } from "./withhold.js";

const MESSAGES = {
  total: ["timeout.total", "The call was not finished"],
  firstByte: ["timeout.firstByte", "The answer did not begin"],
  idle: ["timeout.idle", "No bytes came"],
};
const nothing = () => {};

export class Guard {
  #limits;
  #controller;
  #timers = {};
  #callersSignal;
  #onCallersAbort;
  /** Rejects when the call ends before its time. */
  #ended;
  #end;
  #endedBy = null;
  #reason = undefined;
  #released = false;
  /** Requests made so far. */
  attempts = 0;
  /** When the first byte of the body came. */
  firstByteAt = undefined;
  /** The service's id of the request, for errors that come later. */
  requestId = undefined;
  /** The gateway's id of its log entry, likewise. */
  gatewayLogId = undefined;
  /** Gives what no message may show: the secrets, as JSON text. */
  hidden;
  /** Gives the texts of the input, which the service may quote. */
  texts;

  constructor(limits, signal, hidden, texts) {
    this.#limits = limits;
    this.hidden = hidden;
    this.texts = texts;
    this.#renew();
    if (signal) {
      if (signal.aborted) {
        this.abort(signal.reason);
        return;
      }
      this.#callersSignal = signal;
      this.#onCallersAbort = () => this.abort(signal.reason);
      signal.addEventListener("abort", this.#onCallersAbort);
    }
    this.#start("total");
  }

  /** The signal for the transport. */
  get signal() {
    return this.#controller.signal;
  }

  /** The error that ended the call, if one has. */
  get reason() {
    return this.#reason;
  }

  /** Was it ended for good? A first byte that did not come in time may come at the next attempt. */
  get isOver() {
    return this.#endedBy !== null && this.#endedBy !== "firstByte";
  }

  /** Begins an attempt. */
  attempt() {
    this.attempts++;
    this.firstByteAt = undefined;
    this.requestId = this.gatewayLogId = undefined;
    this.#start("firstByte");
  }

  /** Waits for a promise, or for the end of the call. */
  until(promise) {
    return Promise.race([promise, this.#ended]);
  }

  /** Waits for bytes: an idle connection ends the call. */
  async untilRead(promise) {
    this.#start("idle");
    try {
      return await this.until(promise);
    } finally {
      this.#stop("idle");
    }
  }

  /** Sleeps before another attempt, abortably. */
  async sleep(ms) {
    // The attempt that brought no first byte is over, with its signal; the next one gets a fresh one.
    if (this.isOver) throw this.reason;
    if (this.#endedBy === "firstByte") {
      this.#endedBy = null;
      this.#reason = undefined;
      this.#renew();
    }
    this.#stop("firstByte");
    let timer;
    try {
      await this.until(
        new Promise((resolve) => {
          timer = setTimeout(resolve, ms);
        }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** Bytes of the body have come; the first of them count. */
  firstByte() {
    if (this.firstByteAt === undefined) {
      this.firstByteAt = performance.now();
      this.#stop("firstByte");
    }
  }

  /** Ends the call because the caller wants it. */
  abort(cause) {
    const more = cause === undefined ? {} : { cause };
    this.#finish("caller", failure("ABORTED", "The call was aborted.", this.signed(more)));
  }

  /** Ends the call because a limit was reached. */
  expire(kind) {
    const [option, what] = MESSAGES[kind];
    const message = `${what} within ${this.#limits[kind]} ms. Allow more with ${option}, or try again.`;
    this.#finish(kind, failure("TIMEOUT", message, this.signed()));
  }

  /** The error for a body that broke off, or the reason for which it was broken off. */
  broken(cause) {
    const message = "The connection broke while the reply was read. Try again.";
    return this.reason ?? failure("NETWORK", message, this.signed({ cause }));
  }

  /** The error for a stream of this call that failed; see src/wire/trouble.rs. */
  trouble(trouble, told, limit) {
    return this.fail(errorOfStream(this.hidden(), trouble, limit, told));
  }

  /** An error of the core's fields, as JSON text. */
  fail(fields, more) {
    const error = { ...this.signed(), ...JSON.parse(fields), ...more };
    error.message = withhold(error.message, this.texts());
    return new WorkersAIError(error);
  }

  /** The call's limits are over; the caller's signal still counts. */
  releaseTimers() {
    for (const kind of Object.keys(this.#timers)) this.#stop(kind);
  }

  /** The call is over: no timer and no listener is left. What was aborted stays aborted. */
  release() {
    if (this.#released) return;
    this.#released = true;
    this.releaseTimers();
    this.#callersSignal?.removeEventListener("abort", this.#onCallersAbort);
  }

  /** Fields of an error, with what is known of the call. */
  signed(more) {
    const { attempts, requestId, gatewayLogId } = this;
    return { attempts: attempts || undefined, requestId, gatewayLogId, ...more };
  }

  #renew() {
    this.#controller = new AbortController();
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    // Whoever waits hears of it; where nobody does, nobody need.
    this.#ended.catch(nothing);
  }

  #start(kind) {
    const ms = this.#limits[kind];
    if (ms !== undefined && this.#endedBy === null && !this.#released) {
      this.#timers[kind] = setTimeout(() => this.expire(kind), ms);
    }
  }

  #stop(kind) {
    clearTimeout(this.#timers[kind]);
    delete this.#timers[kind];
  }

  /** Ends the call once; whatever comes after is too late. */
  #finish(by, error) {
    // The end of an attempt is not the end of the call.
    if (this.#endedBy !== null && (this.#endedBy !== "firstByte" || by === "firstByte")) return;
    this.#endedBy = by;
    this.#reason = error;
    if (by === "firstByte") this.#stop("idle");
    else this.release();
    this.#controller.abort(error);
    this.#end(error);
  }
}
