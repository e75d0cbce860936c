// JavaScript helpers for `runTools`: abort and timeout, the stream of events, and calls of the caller's
// functions.

import { checkReferences, failure, ignoreRejection, named, shownAs } from "../core.js";
import { mayBeCall } from "../workers_ai_objects.js";

export const now = () => performance.now();

/** Abort and timeout of a run. Tools and requests receive its signal. */
export class RunEnd {
  #controller = new AbortController();
  #settle;
  #signal;
  #timer;
  #endsAt = 0;
  error;

  /**
   * @param {AbortSignal | null | undefined} signal the caller's
   * @param {number} ms timeout of the whole run; 0 or Infinity for none
   */
  constructor(signal, ms) {
    this.ended = new Promise((resolve) => (this.#settle = resolve));
    if (ms > 0 && Number.isFinite(ms)) {
      this.#endsAt = now() + ms;
      this.#timer = setTimeout(() => this.#expire(ms), Math.min(ms, LONGEST_MS));
    }
    if (signal?.aborted) this.abort(signal.reason);
    else signal?.addEventListener?.("abort", this.#onAbort);
    this.#signal = signal;
  }

  get signal() {
    return this.#controller.signal;
  }

  /** Milliseconds until the timeout; 0 without one. */
  left() {
    return this.#endsAt === 0 ? 0 : Math.max(this.#endsAt - now(), 1);
  }

  abort(cause) {
    this.#finish(failure("ABORTED", "The run was aborted.", { cause }));
  }

  release() {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener?.("abort", this.#onAbort);
  }

  #onAbort = () => this.abort(this.#signal.reason);

  #expire(ms) {
    if (now() < this.#endsAt - 1) return;
    const message = `The run was not finished within ${Math.ceil(ms)} ms. Allow more with timeout.total, or try again.`;
    this.#finish(failure("TIMEOUT", message));
  }

  #finish(error) {
    if (this.error !== undefined) return;
    this.error = error;
    this.release();
    this.#settle(error);
    this.#controller.abort(error);
  }
}

/** The longest delay that a timer supports. */
const LONGEST_MS = 2_147_483_647;

/** Runs whose streams have not ended. */
const live = new Set();

/** The wasm instance is lost, and its loops with it. */
export function failRuns(error) {
  for (const relay of live) relay.fail(error);
}

/**
 * Passes a run's events from the loop in the wasm to the reader. Buffers at most the unread events of one
 * step.
 */
export class Relay {
  /** Unread events. */
  #events = [];
  /** The answer that is to be read: `{ stream, resolve, reject }`. */
  #source = null;
  /** Text at the end of the last answer that may be a tool call. */
  #held = [];
  #wake = null;
  #outcome = null;
  #ready;
  #end;

  constructor(end) {
    this.#end = end;
    live.add(this);
    this.#ready = new Promise((resolve, reject) => {
      this.begun = () => resolve(this.stream);
      this.refused = reject;
    });
    // A run that fails at once rejects this promise, which may have no handler.
    ignoreRejection(this.#ready);
    this.result = new Promise((resolve, reject) => {
      this.resolveResult = resolve;
      this.rejectResult = reject;
    });
    ignoreRejection(this.result);
    this.stream = new ToolStream(this, end);
  }

  ready() {
    return this.#ready;
  }

  pipe(stream) {
    this.begun();
    this.stream.meta = stream.meta;
    return new Promise((resolve, reject) => {
      this.#source = { stream, resolve, reject };
      this.#go();
    });
  }

  held(passes) {
    if (passes) this.#events.unshift(...this.#held);
    this.#held = [];
    this.#go();
  }

  push(event) {
    this.#events.push(event);
    this.#go();
  }

  end(result) {
    this.begun();
    const { usage, finishReason, meta } = result;
    this.stream.meta = meta;
    if (usage !== undefined) this.#events.push({ type: "usage", usage, raw: undefined });
    this.#events.push({ type: "finish", finishReason, raw: undefined });
    this.#outcome = { result };
    live.delete(this);
    this.resolveResult(result);
    this.#go();
  }

  fail(error) {
    this.refused(error);
    this.#outcome = { error };
    live.delete(this);
    this.rejectResult(error);
    this.#go();
  }

  #go() {
    this.#wake?.();
    this.#wake = null;
  }

  /** All events; can be read once. */
  async *events() {
    let whole = false;
    try {
      for (;;) {
        if (this.#events.length > 0) {
          yield this.#events.shift();
        } else if (this.#source !== null) {
          yield* this.#answer();
        } else if (this.#outcome !== null) {
          whole = true;
          if (this.#outcome.error !== undefined) throw this.#outcome.error;
          return;
        } else {
          await new Promise((resolve) => (this.#wake = resolve));
        }
      }
    } finally {
      // The consumer has left the loop: aborts the run.
      if (!whole) this.#end.abort();
    }
  }

  /** The events of one answer, except for calls, usage and the end, which the loop emits. */
  async *#answer() {
    const { stream, resolve, reject } = this.#source;
    this.#source = null;
    let text = "";
    let mayBe = true;
    try {
      for await (const event of stream) {
        if (event.type === "text" && mayBe) {
          text += event.text;
          mayBe = mayBeCall(text);
          this.#held.push(event);
          if (!mayBe) yield* this.#held.splice(0);
        } else if (PASSED.has(event.type)) {
          yield event;
        }
      }
      resolve(await stream.final());
    } catch (error) {
      reject(error);
    }
  }
}

const PASSED = new Set(["text", "reasoning", "tool-call-delta"]);

const consumed = () => failure("STREAM_CONSUMED", "A stream can be read once.");

/** The `ToolStream` class, which callers receive. */
export class ToolStream {
  #relay;
  #end;
  #events = null;
  meta;

  constructor(relay, end) {
    this.#relay = relay;
    this.#end = end;
  }

  static {
    shownAs(ToolStream.prototype, function () {
      return `ToolStream { state: "${this.#events === null ? "unread" : "reading"}" }`;
    });
  }

  [Symbol.asyncIterator]() {
    if (this.#events !== null) throw consumed();
    this.#events = this.#relay.events();
    return this.#events;
  }

  get textStream() {
    const own = () => this[Symbol.asyncIterator]();
    return {
      async *[Symbol.asyncIterator]() {
        for await (const event of { [Symbol.asyncIterator]: own })
          if (event.type === "text") yield event.text;
      },
    };
  }

  async text() {
    return (await this.final()).text;
  }

  async final() {
    if (this.#events === null) {
      const events = this[Symbol.asyncIterator]();
      while (!(await events.next()).done);
    }
    return this.#relay.result;
  }

  toReadableStream() {
    const events = this[Symbol.asyncIterator]();
    const encoder = new TextEncoder();
    return new ReadableStream(
      {
        async pull(controller) {
          const { done, value } = await events.next();
          const data = done ? "[DONE]" : JSON.stringify(value, replaceError);
          controller.enqueue(encoder.encode(`data: ${data}\n\n`));
          if (done) controller.close();
        },
        cancel: () => void events.return(),
      },
      { highWaterMark: 0 },
    );
  }

  toResponse(init) {
    const headers = new Headers(init?.headers);
    for (const [name, value] of HEADERS) if (!headers.has(name)) headers.set(name, value);
    return new Response(this.toReadableStream(), { ...init, headers });
  }

  abort(reason) {
    this.#end.abort(reason);
  }

  async [Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]() {
    if (this.#events !== null) await this.#events.return();
    else this.#end.abort();
  }
}

/** JSON has no members of an error; a page needs its name and message. */
const replaceError = (_name, value) =>
  value instanceof Error ? { name: value.name, message: value.message } : value;

/** Proxies that compress or buffer would delay the events. */
const HEADERS = [
  ["content-type", "text/event-stream; charset=utf-8"],
  ["cache-control", "no-cache, no-transform"],
  ["x-accel-buffering", "no"],
];

named({ ToolStream });

/**
 * Calls a function of the caller. If it returns an async iterable, its last value is the result, as in the AI
 * SDK.
 */
export async function callHandler(call, self, args) {
  try {
    const value = await Reflect.apply(call, self, args);
    if (typeof value?.[Symbol.asyncIterator] !== "function" || typeof value.getReader === "function")
      return value;
    let last;
    for await (const one of value) last = one;
    return last;
  } catch (thrown) {
    throw readable(thrown);
  }
}

/** The thrown value, or an error in place of a revoked `Proxy`, which throws at any access. */
function readable(thrown) {
  try {
    void (thrown instanceof Error);
    return thrown;
  } catch {
    return new Error("What was thrown cannot be read.");
  }
}

/** The error of a call that was not executed. Its stack has no frames, since it was not thrown. */
export function notRun(words) {
  const error = new Error(words);
  error.stack = `Error: ${words}`;
  return error;
}

/** The message of a thrown value; reading it may throw. */
export function wordsOf(thrown) {
  try {
    const words = typeof thrown === "object" && thrown !== null ? thrown.message : thrown;
    return typeof words === "string" ? words : words === undefined ? "" : String(words);
  } catch {
    return "";
  }
}

/** The JSON text of a handler's result; undefined if JSON cannot represent it. */
export function jsonOf(value) {
  try {
    checkReferences(value, "result");
    return JSON.stringify(value, written);
  } catch {
    return undefined;
  }
}

/** Converts values that JSON would write as `{}` although they have contents. */
function written(_name, value) {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Map) {
    const isRecord = [...value.keys()].every((key) => typeof key === "string");
    return isRecord ? Object.fromEntries(value) : [...value];
  }
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return replaceError("", value);
  if (typeof value.then === "function" || typeof value.next === "function")
    throw new TypeError("a promise or an iterator has no form in JSON");
  return value;
}

/** Adds the partial result of a run to its error. */
export function withPartial(error, partial) {
  try {
    const before = error?.partial;
    const own = { text: "", toolCalls: [], ...before, ...partial };
    Object.defineProperty(error, "partial", {
      value: own,
      enumerable: false,
      configurable: true,
      writable: true,
    });
  } catch {} // The error is frozen, or not an object.
  return error;
}
