// The `AIStream` class, which callers receive.

import { byteStream } from "../client/byte-stream.js";
import { refusal } from "../client/failure.js";
import { cancel } from "../client/promises.js";
import { isWorkersAIError } from "../error.js";
import { named, shownAs } from "../names.js";
import { synthesize } from "../workers_ai_wasm.js";
import { ChunkChannel } from "./chunk-channel.js";
import { abandoned, decoder } from "./engine.js";
import { abortError, consumed } from "./errors.js";
import { EventReader } from "./event-reader.js";
import { Lifeline } from "./lifeline.js";
import { EventChannel, StringChannel } from "./reply-channel.js";
import { TextChannel } from "./text-channel.js";

/** Reads a stream with a channel class of another module: `(stream, Channel) => channel`. */
export let readWith;

/**
 * A reply that is read as a stream. The client constructs it from `source`:
 * - `body`: the bytes of `text/event-stream`, or null,
 * - `json`: the bytes of a complete JSON answer if there is no `body`, or null,
 * - `chunks`: true if items are the service's own chunk objects, false if they are typed events,
 * - `meta`, `startedAt`, `maxEventBytes`, `idleMs`, `maxTokens`, `reasoningIsText` and `thinking` of the
 *   request,
 * - `guard`: `{ signal, abort(reason), expire(kind), firstByte(), release() }` of the request.
 */
export class AIStream {
  #source;
  /** The channel that reads the body, or true if the bytes were passed on unread. */
  #reader = null;

  constructor(source) {
    // The core's guard is lost with its instance; the lifeline is not.
    if ("free" in source.guard) source.guard = new Lifeline(source.guard);
    this.#source = source;
    const { guard, body } = source;
    // A complete JSON answer is in memory already, so no request has to be ended.
    if (body !== null) abandoned.register(this, { guard, body }, this);
  }

  static {
    readWith = (stream, Kind) => stream.#read(Kind);
    shownAs(AIStream.prototype, function () {
      const { model } = this.#source.meta;
      const isOver = this.#reader?.transcript?.finishReason !== undefined;
      const state = this.#reader === null ? "unread" : isOver ? "finished" : "reading";
      return `AIStream { model: "${model}", state: "${state}" }`;
    });
  }

  get meta() {
    return this.#source.meta;
  }

  [Symbol.asyncIterator]() {
    return this.#read(this.#source.chunks ? ChunkChannel : EventChannel);
  }

  get textStream() {
    const start = () => this.#read(StringChannel);
    return { [Symbol.asyncIterator]: start };
  }

  async text() {
    const transcript = await this.#read(TextChannel).drain();
    return transcript.wholeText;
  }

  async final() {
    if (this.#reader === null) await this.#read(TextChannel).drain();
    const transcript = this.#reader.transcript;
    if (transcript?.finishReason === undefined) throw consumed();
    const { json, meta } = this.#source;
    return transcript.result(meta, json === null ? undefined : JSON.parse(decoder.decode(json)));
  }

  async *batches() {
    const channel = this[Symbol.asyncIterator]();
    try {
      for (;;) {
        const first = await channel.next();
        if (first.done) return;
        const batch = [first.value];
        let broken;
        try {
          for (let value = channel.take(); value !== undefined; value = channel.take()) batch.push(value);
        } catch (error) {
          broken = error;
        }
        yield batch;
        if (broken !== undefined) throw broken;
      }
    } finally {
      await channel.leave();
    }
  }

  tee() {
    const source = this.#take();
    const bodies = source.body === null ? [null, null] : source.body.tee();
    const guards = shared(source.guard);
    return bodies.map(
      (body, half) => new AIStream({ ...source, body, guard: guards[half], meta: { ...source.meta } }),
    );
  }

  toReadableStream() {
    const source = this.#take();
    const { body, guard, idleMs, maxEventBytes } = source;
    const reader =
      body === null
        ? new Blob([synthesize(source.json)]).stream().getReader()
        : new EventReader(body.getReader(), maxEventBytes);
    return byteStream({ reader, guard, idleMs });
  }

  toResponse(init) {
    let body;
    try {
      const headers = new Headers(init?.headers);
      for (const [name, value] of HEADERS) if (!headers.has(name)) headers.set(name, value);
      body = this.toReadableStream();
      return new Response(body, { ...init, headers });
    } catch (cause) {
      if (isWorkersAIError(cause)) throw cause;
      if (body !== undefined) cancel(body, cause);
      throw refusal("init", "toResponse takes the status and the headers of a Response; these are none.", {
        cause,
      });
    }
  }

  abort(reason) {
    this.#source.guard.abort(reason);
    this.#cancel(reason);
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    if (typeof this.#reader?.leave === "function") {
      await this.#reader.leave();
    } else if (this.#reader === null) {
      this.#source.guard.abort();
      this.#cancel();
      this.#source.guard.release();
    }
  }

  /** Cancels the request directly: without a reader nothing else forwards the cancellation. */
  #cancel(reason) {
    if (this.#reader === null) cancel(this.#source.body, reason);
  }

  #read(Kind) {
    return (this.#reader = new Kind(this.#take()));
  }

  #take() {
    if (this.#reader !== null) throw consumed();
    this.#reader = true;
    if (this.#source.body !== null) abandoned.unregister(this);
    return this.#source;
  }
}

/** Headers of a streaming response: proxies that compress or buffer would delay its chunks to the end. */
const HEADERS = [
  ["content-type", "text/event-stream; charset=utf-8"],
  ["cache-control", "no-cache, no-transform"],
  ["x-accel-buffering", "no"],
];

/** Two guards for one request, which is cancelled when both branches have been cancelled. */
function shared(guard) {
  let left = 2;
  let held = 2;
  const half = () => {
    let gone = false;
    let free = false;
    // Each branch can be ended by itself; the end of the request ends both.
    const own = new AbortController();
    const follow = () => own.abort(guard.signal.reason);
    if (guard.signal.aborted) follow();
    else guard.signal.addEventListener("abort", follow, { once: true });
    return {
      signal: own.signal,
      firstByte: () => guard.firstByte(),
      expire: (kind) => guard.expire(kind),
      broken: (cause) => guard.broken(cause),
      failure: (kind, text, limit) => guard.failure(kind, text, limit),
      abort(reason) {
        if (gone) return;
        gone = true;
        own.abort(abortError(reason));
        left--;
        if (left === 0) guard.abort(reason);
      },
      release() {
        if (free) return;
        free = true;
        held--;
        if (held === 0) guard.release();
      },
    };
  };
  return [half(), half()];
}

named({ AIStream });
