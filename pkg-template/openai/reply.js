// Replies that are streams.

import { isWorkersAIError } from "../core.js";
import { drain } from "../stream/drain.js";

const encoder = new TextEncoder();

/** A value as JSON text in bytes. */
export const json = (value) => encoder.encode(JSON.stringify(value) ?? "null");

/** An error for the wasm, which knows those of the package only. */
export const errorJSON = (error) => json(isWorkersAIError(error) ? error.toJSON() : {});

/**
 * The reply to a stream, which begins with the first bytes that come out: a failure before them has a status of its own.
 *
 * @param {Exchange} exchange is freed when the stream is over
 * @param {ReadableStream<Uint8Array>} body
 * @param {AbortSignal} signal of the request
 */
export async function streamReply(exchange, body, signal) {
  const reader = body.getReader();
  let isOver = false;

  const end = () => {
    isOver = true;
    exchange.free();
  };

  /** The next bytes that come out; empty at the end. */
  const next = async () => {
    while (!isOver) {
      let out;
      let done = true;
      try {
        let value;
        ({ done, value } = await reader.read());
        // It was cancelled meanwhile.
        if (isOver) break;
        out = done ? exchange.finish() : exchange.feed(value);
      } catch (error) {
        if (isOver) break;
        if (signal.aborted) {
          end();
          throw signal.reason;
        }
        out = exchange.fail(errorJSON(error));
      }
      if (exchange.isOver()) {
        if (!done) drain(reader);
        head ??= JSON.parse(exchange.head());
        end();
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
        return reader.cancel(reason);
      },
    },
    // Nothing is read before somebody wants it.
    { highWaterMark: 0 },
  );
  return new Response(stream, head);
}
