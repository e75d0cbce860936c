// Replies that are streams.

import { cancel } from "../client/promises.js";
import { AIStream, failure, isWorkersAIError, readWith } from "../core.js";
import { drain } from "../stream/drain.js";
import { ByteReader } from "./bytes.js";

const encoder = new TextEncoder();

/** A value as JSON text in bytes. */
export const json = (value) => encoder.encode(JSON.stringify(value) ?? "null");

/** Values of JSON text in bytes as a list of such. @param {Uint8Array[]} values */
export function listOf(values) {
  const parts = values.flatMap((value, at) => [encoder.encode(at === 0 ? "[" : ","), value]);
  parts.push(encoder.encode("]"));
  const list = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    list.set(part, end);
    end += part.length;
  }
  return list;
}

/** An error for the wasm, which knows those of the package only. */
export const errorJSON = (error) => json(isWorkersAIError(error) ? error.toJSON() : {});

/** Bytes of an answer that comes as a stream: the client's own bound for replies. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Hands an answer over that comes as bytes, to its end, which the connection may outlast.
 *
 * @param {Exchange} exchange takes it
 * @param {ReadableStream<Uint8Array>} body
 * @returns {Promise<Uint8Array>} what it has not taken: nothing
 */
export async function readAnswer(exchange, body) {
  const reader = body.getReader();
  let left = MAX_ANSWER_BYTES;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return new Uint8Array(0);
    left -= value.length;
    if (left < 0) {
      cancel(reader);
      throw failure("TOO_LARGE", `The answer is larger than ${MAX_ANSWER_BYTES} bytes.`);
    }
    if (exchange.take(value)) {
      drain(reader);
      return new Uint8Array(0);
    }
  }
}

/**
 * The reply to a stream, which begins with the first bytes that come out: a failure before them has a status of its own.
 *
 * @param {Exchange} exchange is freed when the stream is over
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

  /** The next chunk of the body, or what broke it. */
  const read = () => reader.read().catch((error) => ({ hasFailed: true, error }));

  /** The next bytes that come out; none at the end. */
  const next = async () => {
    while (!isOver) {
      const { value, done, hasFailed, error } = await read();
      // It was cancelled meanwhile.
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
        // The wasm has failed.
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
    // Nothing is read before somebody wants it.
    { highWaterMark: 0 },
  );
  return new Response(stream, head);
}

/** Another copy's stream, or a stand-in's, is read as any other. */
const readerOf = (answer) =>
  answer instanceof AIStream ? readWith(answer, ByteReader) : answer.toReadableStream().getReader();

const leave = (reader) => (reader instanceof ByteReader ? reader.leave() : reader);
