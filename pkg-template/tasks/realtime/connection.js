// An open WebSocket, as the caller holds it: messages to iterate over, and what is to be sent.

import {
  asBytes,
  failure,
  isBlob,
  isBytes,
  isResponse,
  isStream,
  kindOf,
  named,
  refusal,
} from "../../core.js";
import { checkEnd, checkMessage, messageOf } from "../ask.js";

/** Bytes of messages that wait to be read. A socket cannot be told to wait, so a program that does not read is stopped. */
const MOST_WAITING = 64 * 1024 * 1024;
/** Bytes that may wait to be sent before `send` asks its caller to wait. */
const MOST_UNSENT = 1024 * 1024;
const LOOK_AGAIN = 10;
const NORMAL = 1000;
const ABNORMAL = 1006;
const nothing = () => {};

export class Connection {
  #socket;
  #call;
  #messages = [];
  #waitingBytes = 0;
  /** Whoever waits for a message. */
  #readers = [];
  /** Why it is over, once it is: an error, or null for an end as it should be. */
  #end = undefined;
  #settleClosed;
  #settleOpened;
  /** The last of what is sent one after the other, while there is something that takes its time. */
  #tail = null;

  /** Takes a socket that is about to open, or waits to be accepted. */
  constructor(call, socket, meta) {
    this.#call = call;
    this.#socket = socket;
    this.meta = meta;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    /** Settled when it is open. */
    const opened = new Promise((resolve, reject) => {
      this.#settleOpened = { resolve, reject };
    });
    opened.catch(nothing); // Whoever opens it waits for it.
    Object.defineProperty(this, "opened", { value: opened });
    try {
      socket.binaryType = "arraybuffer";
    } catch {
      // Some have no choice.
    }
    socket.addEventListener("open", () => this.#settleOpened.resolve());
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("close", ({ code, reason }) => this.#ended(code ?? ABNORMAL, reason ?? ""));
    socket.addEventListener("error", (event) => this.#broke(event));
    const { guard } = call;
    guard.signal.addEventListener("abort", () => this.#fail(guard.reason ?? guard.signal.reason));
  }

  /**
   * Sends. What it gives is settled when there is room for more.
   *
   * @param {unknown} data bytes, a blob, a stream or a response of them, a text, or an object that is sent as JSON
   */
  send(data) {
    this.#mustBeOpen();
    if (typeof data === "string") return this.#put(messageOf("text", this.#model, data).send);
    if (isBytes(data)) return this.#put(this.#tail === null ? asBytes(data) : asBytes(data).slice());
    if (isBlob(data) || isStream(data) || isResponse(data)) return this.#after(() => this.#pump(data));
    if (typeof data !== "object" || data === null || Array.isArray(data)) {
      throw refusal("data", `Send bytes, a text, or an object, not ${kindOf(data)}.`);
    }
    return this.#put(JSON.stringify(data));
  }

  /** Asks for what the model holds back. */
  flush() {
    this.#mustBeOpen();
    return this.#put(messageOf("flush", this.#model, "").send);
  }

  /** Says that no more comes. The model gives what is left, and ends the connection. */
  end() {
    if (this.#end !== undefined) return Promise.resolve();
    const { send } = messageOf("end", this.#model, "");
    if (send !== undefined) return this.#put(send);
    return this.#after(() => this.close());
  }

  close(code = NORMAL, reason = "") {
    if (code !== NORMAL && !(code >= 3000 && code <= 4999)) {
      throw refusal("code", "The code must be 1000, or from 3000 to 4999.");
    }
    this.#finish(null);
    try {
      this.#socket.close(code, reason);
    } catch {
      // It is closed already, or has never opened.
    }
  }

  [Symbol.asyncIterator]() {
    return {
      next: () => this.#next(),
      // Leaving the loop closes the connection.
      return: async () => {
        this.close();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  // A name of its own where the runtime has none yet.
  [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    this.close();
    return this.closed.then(nothing);
  }

  get #model() {
    return this.#call.facts.model;
  }

  #next() {
    if (this.#messages.length > 0) {
      const { value, size } = this.#messages.shift();
      this.#waitingBytes -= size;
      return Promise.resolve({ value, done: false });
    }
    if (this.#end === undefined) {
      return new Promise((resolve, reject) => {
        this.#readers.push({ resolve, reject });
      });
    }
    const error = this.#end;
    // It is told once.
    this.#end = null;
    return error === null ? Promise.resolve({ value: undefined, done: true }) : Promise.reject(error);
  }

  #take(data) {
    if (this.#end !== undefined) return;
    const size = typeof data === "string" ? data.length : data.byteLength;
    const { maxEventBytes } = this.#call.facts;
    if (size > maxEventBytes) {
      const why = `A message is larger than ${maxEventBytes} bytes. Raise maxEventBytes.`;
      return this.#fail(failure("TOO_LARGE", why));
    }
    let value;
    try {
      value = typeof data === "string" ? parsed(data) : new Uint8Array(data);
    } catch (error) {
      return this.#fail(error);
    }
    const reader = this.#readers.shift();
    if (reader !== undefined) return reader.resolve({ value, done: false });
    this.#waitingBytes += size;
    if (this.#waitingBytes > MOST_WAITING) {
      const why =
        "64 MiB of messages wait to be read: read them as they come, in a loop over the connection.";
      return this.#fail(failure("TOO_LARGE", why));
    }
    this.#messages.push({ value, size });
  }

  /** The other side has ended it. */
  #ended(code, reason) {
    this.#settleClosed({ code, reason });
    if (this.#end !== undefined) return;
    let error = null;
    try {
      checkEnd(code, reason);
    } catch (thrown) {
      error = thrown;
    }
    this.#settleOpened.reject(notOpened());
    this.#finish(error);
    try {
      // Some runtimes leave the answer to the program.
      this.#socket.close();
    } catch {
      // It is closed.
    }
  }

  #broke(event) {
    const cause = event?.error ?? event?.message;
    const more = cause === undefined || cause === "" ? {} : { cause };
    this.#settleOpened.reject(notOpened(more));
    if (this.#end !== undefined) return;
    this.#finish(failure("NETWORK", "The connection broke. Connect again.", more));
    this.#settleClosed({ code: ABNORMAL, reason: "" });
  }

  /** Ends it for a reason on this side; what has come is not read any more. */
  #fail(error) {
    this.#settleOpened.reject(error);
    if (this.#end !== undefined) return;
    this.#messages = [];
    this.#finish(error);
    try {
      this.#socket.close(NORMAL);
    } catch {
      // It is closed already, or has never opened.
    }
    // Nobody waits for the other side's answer; it may never come.
    this.#settleClosed({ code: ABNORMAL, reason: "" });
  }

  #finish(error) {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#call.guard.release();
    const readers = this.#readers.splice(0);
    // One of them hears why, the others that it is over.
    for (const { resolve, reject } of readers) {
      const why = this.#end;
      this.#end = null;
      if (why === null) resolve({ value: undefined, done: true });
      else reject(why);
    }
  }

  #mustBeOpen() {
    if (this.#end !== undefined) throw failure("NETWORK", "The connection is closed. Connect again.");
  }

  /** Sends at once, or when it is its turn. */
  #put(payload) {
    if (this.#tail !== null) return this.#after(() => this.#write(payload));
    this.#write(payload);
    return this.#room();
  }

  #write(payload) {
    if (this.#end === undefined) this.#socket.send(payload);
  }

  /** Does something when all that came before is done. */
  #after(work) {
    const done = (this.#tail ?? Promise.resolve()).then(work).then(() => this.#room());
    const settled = done.catch(nothing);
    this.#tail = settled;
    settled.then(() => {
      if (this.#tail === settled) this.#tail = null;
    });
    return done;
  }

  async #pump(source) {
    const stream = isResponse(source) ? source.body : isBlob(source) ? source.stream() : source;
    if (!isStream(stream) || stream.locked) throw refusal("data", "The stream was read by somebody else.");
    const reader = stream.getReader();
    try {
      while (this.#end === undefined) {
        const { value, done } = await reader.read();
        if (done) return;
        if (!isBytes(value)) throw refusal("data", "The stream has something else than bytes.");
        this.#write(asBytes(value));
        await this.#room();
      }
    } finally {
      reader.cancel().catch(nothing);
    }
  }

  /** Waits until there is room for more, as far as the runtime tells. */
  async #room() {
    while (this.#end === undefined && this.#socket.bufferedAmount > MOST_UNSENT) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_AGAIN);
      });
    }
  }
}

function parsed(text) {
  checkMessage(text);
  return JSON.parse(text);
}

const notOpened = (more) =>
  failure(
    "NETWORK",
    "The connection was not opened: the service cannot be reached, or refuses it. Check the token, the model and its parameters.",
    more,
  );

named({ RealtimeConnection: Connection });
