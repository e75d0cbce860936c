// `events(readable)`: the public reader of server-sent events.

import { checkNames, reading, refusal } from "../client/failure.js";
import { Channel } from "./channel.js";
import * as engine from "./engine.js";
import { abortError, consumed, streamError } from "./errors.js";
import { EVENT_DATA, EVENT_ID, EVENT_NAME, EVENT_RETRY, FAILURE, MODE_PLAIN, WORDS } from "./records.js";

const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;

class ServerEventChannel extends Channel {
  constructor(source) {
    super(source, MODE_PLAIN);
    this.id = "";
    this.name = "";
    this.retry = undefined;
  }

  /** A second iteration throws: otherwise it would look like a stream without events. */
  [Symbol.asyncIterator]() {
    if (this.closed) throw consumed();
    return this;
  }

  scan() {
    engine.fresh();
    while (this.at < this.count) {
      const r = engine.records + WORDS * this.at++;
      switch (engine.ints[r] & 0xff) {
        case EVENT_NAME:
          this.name = engine.plainOf(r);
          break;
        case EVENT_ID:
          this.id = engine.plainOf(r);
          break;
        case EVENT_RETRY:
          this.retry = Number(engine.plainOf(r));
          break;
        case EVENT_DATA: {
          const event = {
            event: this.name === "" ? "message" : this.name,
            data: engine.plainOf(r),
            id: this.id,
          };
          if (this.retry !== undefined) event.retry = this.retry;
          this.name = "";
          this.retry = undefined;
          return event;
        }
        case FAILURE:
          this.fail(streamError(undefined, engine.ints[r + 1], "", this.source.maxEventBytes));
      }
    }
    return undefined;
  }
}

/** See `events` in stream.d.ts. */
export const events = (readable, options) => reading("readable", () => eventsOf(readable, options));

function eventsOf(readable, options) {
  checkOptions(options);
  const body = bodyOf(readable);
  const maxEventBytes = options?.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES;
  if (!((Number.isInteger(maxEventBytes) || maxEventBytes === Infinity) && maxEventBytes > 0)) {
    throw refusal("maxEventBytes", "maxEventBytes must be a whole number above 0, or Infinity.");
  }
  const guard = startGuard(options?.signal);
  return new ServerEventChannel({ body, json: null, maxEventBytes, idleMs: 0, guard, meta: undefined });
}

const OPTIONS = ["maxEventBytes", "signal"];

function checkOptions(options) {
  if (options === undefined || options === null) return;
  if (typeof options.aborted === "boolean")
    throw refusal("options", "The options of events() must be an object such as { signal }.");
  checkNames(options, OPTIONS, "events()");
}

function bodyOf(readable) {
  const body = typeof readable?.getReader === "function" ? readable : readable?.body;
  if (body !== readable && readable?.ok === false) {
    throw refusal(
      "readable",
      `The response has the status ${readable.status}: it is a failure, no stream of events. Give its body to read it all the same.`,
    );
  }
  if (typeof body?.getReader !== "function") {
    throw refusal("readable", "events() reads a ReadableStream of bytes, or a Response with a body.");
  }
  if (body.locked) {
    throw consumed();
  }
  return body;
}

/** The minimal guard that a channel needs: the caller's signal, if there is one. */
function startGuard(signal) {
  if (signal === undefined || signal === null) return undefined;
  const controller = new AbortController();
  const abort = () => controller.abort(abortError(signal.reason));
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  const release = () => signal.removeEventListener("abort", abort);
  return { signal: controller.signal, abort: release, firstByte() {}, expire() {}, release };
}
