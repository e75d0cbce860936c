// What came back through a door, before anybody has read it: a Response, or from a stand-in for the binding a stream or a finished answer.

import { errorOfReply, failure, mediaOf } from "./core.js";
import { asBytes, isBytes, isResponse, isStream } from "./values.js";

/** Kinds of body, as the core numbers them. */
export const JSON_BODY = 0;
export const EVENTS_BODY = 1;
export const PAGE_BODY = 2;

/** Of a failed reply no more is read. */
const MAX_ERROR_BYTES = 65536;

const decoder = new TextDecoder();
const nothing = () => {};

export class Reply {
  constructor(value) {
    this.value = value;
    this.response = isResponse(value) ? value : null;
    this.isStream = this.response === null && isStream(value);
    this.isValue = this.response === null && !this.isStream;
  }

  /** Did it succeed? A WebSocket answers 101. */
  get isSuccess() {
    if (this.response === null) return true;
    const { status } = this.response;
    return (status >= 200 && status < 300) || status === 101;
  }

  get status() {
    return this.response?.status;
  }

  header(name) {
    return this.response?.headers.get(name) || undefined;
  }

  get media() {
    return mediaOf(this.header("content-type") ?? "");
  }

  get body() {
    return this.response === null ? (this.isStream ? this.value : null) : this.response.body;
  }

  /** What the core needs to know of the head, as JSON text. */
  get head() {
    const after = this.header("retry-after");
    return JSON.stringify({
      status: this.status,
      requestId: this.header("cf-ai-req-id"),
      gatewayLogId: this.header("cf-aig-log-id"),
      retryAfterMs: this.header("retry-after-ms"),
      retryAfter: after,
      retryDate: after === undefined ? undefined : Date.parse(after),
      now: Date.now(),
    });
  }

  /** Adds what the headers say about a success. */
  describe(meta) {
    const neurons = Number.parseFloat(this.header("cf-ai-neurons"));
    const told = {
      requestId: this.header("cf-ai-req-id"),
      gatewayLogId: this.header("cf-aig-log-id"),
      cacheStatus: this.header("cf-aig-cache-status"),
      model: this.header("cf-aig-model"),
      neurons: Number.isFinite(neurons) ? neurons : undefined,
    };
    for (const [name, value] of Object.entries(told)) if (value !== undefined) meta[name] = value;
  }

  /** A `Response`, as it came where it came as one. */
  asResponse() {
    if (this.response !== null) return this.response;
    const type = this.isStream ? "text/event-stream" : "application/json";
    const body = this.isStream ? this.value : JSON.stringify(this.value);
    return new Response(body, { headers: { "content-type": type } });
  }

  /** Throws its body away. */
  discard() {
    this.body?.cancel?.().catch(nothing);
  }

  /** The whole body as text. More than `limit` bytes are too many. */
  async text(guard, limit) {
    if (this.isValue) return JSON.stringify(this.value);
    const { bytes, whole } = await this.#read(guard, limit);
    if (!whole) {
      const message = `The reply is larger than ${limit} bytes. Raise maxResponseBytes.`;
      throw failure("TOO_LARGE", message, guard.signed());
    }
    return decoder.decode(bytes);
  }

  /** The error that a failed reply tells of. */
  async failure(guard) {
    let bytes = new Uint8Array(0);
    try {
      ({ bytes } = await this.#read(guard, MAX_ERROR_BYTES));
    } catch (error) {
      // Where the body breaks off, the status still says something; but the end of the call is the end.
      if (guard.isOver) throw error;
    }
    return guard.fail(errorOfReply(guard.hidden(), this.head, decoder.decode(bytes)));
  }

  async #read(guard, limit) {
    if (!isStream(this.body)) return this.#readAtOnce(guard, limit);
    if (this.body.locked) throw failure("INVALID_INPUT", "The reply's body was read by somebody else.");
    const reader = this.body.getReader();
    const chunks = [];
    let length = 0;
    try {
      for (;;) {
        const { value, done } = await guard.untilRead(reader.read());
        if (done) return { bytes: join(chunks, length), whole: true };
        if (!isBytes(value))
          throw failure("MALFORMED_RESPONSE", "The reply's body is not a stream of bytes.");
        guard.firstByte();
        const chunk = asBytes(value);
        if (length + chunk.length > limit) {
          reader.cancel().catch(nothing);
          return { bytes: join(chunks, length), whole: false };
        }
        chunks.push(chunk);
        length += chunk.length;
      }
    } catch (error) {
      reader.cancel(error).catch(nothing);
      throw error?.name === "WorkersAIError" ? error : guard.broken(error);
    }
  }

  /** Some stand-ins for `Response` have no `body` but can give all of it. */
  async #readAtOnce(guard, limit) {
    if (typeof this.response?.arrayBuffer !== "function") return { bytes: new Uint8Array(0), whole: true };
    try {
      const bytes = new Uint8Array(await guard.untilRead(this.response.arrayBuffer()));
      guard.firstByte();
      return { bytes, whole: bytes.length <= limit };
    } catch (error) {
      throw guard.broken(error);
    }
  }
}

/** Throws away a reply that comes after the call has ended, from a transport that does not listen to its signal. */
export function discardLate(pending) {
  Promise.resolve(pending).then((value) => new Reply(value).discard(), nothing);
}

function join(chunks, length) {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
