// Encodes the replies: JSON bytes, collected answers, and streams.

import { cancel } from "../client/promises.js";
import { AIStream, failure, isWorkersAIError, readWith } from "../core.js";
import { concatBytes } from "../proxy/bytes.js";
import { drain } from "../stream/drain.js";
import { ByteReader } from "./bytes.js";

const encoder = new TextEncoder();

/** The JSON text of a value, as bytes. */
export const json = (value) => encoder.encode(JSON.stringify(value) ?? "null");

/** Joins JSON texts, as bytes, to a JSON array. @param {Uint8Array[]} values */
export function listOf(values) {
  const parts = values.flatMap((value, at) => [encoder.encode(at === 0 ? "[" : ","), value]);
  return concatBytes([...parts, encoder.encode("]")]);
}

/** The JSON text of an error. The wasm accepts only errors of this package. */
export const errorJSON = (error) => json(isWorkersAIError(error) ? error.toJSON() : {});

/** Longest answer that is received as a stream, in bytes: the client's own limit for replies. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Passes an answer that is received as a stream to `exchange`, up to the end of the answer. The connection may
 * stay open after it.
 *
 * @param {Exchange} exchange
 * @param {ReadableStream<Uint8Array>} body
 */
export async function readAnswer(exchange, body) {
  const reader = body.getReader();
  let left = MAX_ANSWER_BYTES;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    left -= value.length;
    if (left < 0) {
      cancel(reader);
      throw failure("TOO_LARGE", `The answer is larger than ${MAX_ANSWER_BYTES} bytes.`);
    }
    if (exchange.take(value)) {
      drain(reader);
      return;
    }
  }
}

/**
 * The reply for a stream. It is created after the first bytes of output, so that a failure before them has a
 * status of its own.
 *
 * @param {Exchange} exchange is freed at the end of the stream
 * @param {object} answer the client's stream
 * @param {AbortSignal} signal of the request
 */
export async function streamReply(exchange, answer, signal) {
  const reader = readerOf(answer);
  let isOver = false;

  const end = () => {
    isOver = true;
    exchange.free();
  };

  /** The next chunk of the body, or the error that ended it. */
  const read = () => reader.read().catch((error) => ({ hasFailed: true, error }));

  /** The next bytes of output; undefined at the end. */
  const next = async () => {
    while (!isOver) {
      const { value, done, hasFailed, error } = await read();
      // The stream was cancelled meanwhile.
      if (isOver) break;
      if (hasFailed && signal.aborted) {
        end();
        throw signal.reason;
      }
      let out;
      try {
        if (hasFailed) out = exchange.fail(errorJSON(error));
        else out = done ? exchange.finish() : exchange.feed(value);
        if (exchange.isOver()) {
          const left = done === false ? leave(reader) : null;
          if (left !== null) drain(left);
          head ??= JSON.parse(exchange.head());
          end();
        }
      } catch (inside) {
        // A failure of the wasm.
        end();
        cancel(reader, inside);
        throw inside;
      }
      if (out.length > 0) return out;
    }
    return undefined;
  };

  let head;
  let first = await next();
  head ??= JSON.parse(exchange.head());
  const stream = new ReadableStream(
    {
      async pull(controller) {
        const out = first ?? (await next());
        first = undefined;
        if (out !== undefined) controller.enqueue(out);
        if (isOver) controller.close();
      },
      cancel(reason) {
        if (isOver) return undefined;
        end();
        cancel(reader, reason);
        return undefined;
      },
    },
    // The source is read on demand only.
    { highWaterMark: 0 },
  );
  return new Response(stream, head);
}

/** A stream of another copy of the package, or of a test double, is read through its public API. */
const readerOf = (answer) =>
  answer instanceof AIStream ? readWith(answer, ByteReader) : answer.toReadableStream().getReader();

const leave = (reader) => (reader instanceof ByteReader ? reader.leave() : reader);
